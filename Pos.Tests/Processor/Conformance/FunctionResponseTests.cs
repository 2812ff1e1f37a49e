using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>Evaluation of a function's response, with and without <c>ReportBatchItemFailures</c>.</summary>
[Fast]
public sealed class FunctionResponseTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Lowest_failed_sequence_number_sets_the_checkpoint_and_the_rest_is_retried()
    {
        _shard.Stream.Put(9);
        _shard.Function = _ => _shard.Calls.Count == 1 ? ShardRun.Failed("7", "4", "9") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1-9", "4-9"], _shard.Calls);
        Assert.Equal(["3", "9", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Response_without_failures_is_success(string json)
    {
        _shard.Stream.Put(3);
        _shard.Function = _ => ShardRun.Response(json);

        _shard.ToEnd();

        Assert.Equal(["1-3"], _shard.Calls);
        Assert.Equal(["3", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":""}]}""")] // Empty.
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifer":"3"}]}""")] // A wrong field name.
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"4"}]}""")] // Not in the batch.
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"nothing"}]}""")]
    [InlineData("""{"batchItemFailures":"2"}""")]
    [InlineData("""{"batchItemFailures":[""")] // Invalid JSON.
    public void Response_that_names_no_record_of_the_batch_fails_the_whole_batch(string json)
    {
        _shard.Stream.Put(3);
        _shard.Function = _ => _shard.Calls.Count == 1 ? ShardRun.Response(json) : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1-3", "1-3"], _shard.Calls);
        Assert.Equal(["3", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Function_that_throws_fails_the_whole_batch()
    {
        _shard.Stream.Put(3);
        _shard.Function = _ =>
            _shard.Calls.Count == 1 ? throw new InvalidOperationException("unavailable") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1-3", "1-3"], _shard.Calls);
    }

    [Fact]
    public void Without_ReportBatchItemFailures_the_response_is_ignored()
    {
        _shard.Options.FunctionResponseTypes = [];
        _shard.Stream.Put(3);
        _shard.Function = _ => ShardRun.Failed("2");

        _shard.ToEnd();

        Assert.Equal(["1-3"], _shard.Calls);
        Assert.Equal(["3", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Without_ReportBatchItemFailures_an_error_fails_the_whole_batch()
    {
        _shard.Options.FunctionResponseTypes = [];
        _shard.Stream.Put(3);
        _shard.Function = _ =>
            _shard.Calls.Count == 1 ? throw new InvalidOperationException("unavailable") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1-3", "1-3"], _shard.Calls);
    }
}
