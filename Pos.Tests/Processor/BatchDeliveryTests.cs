using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pos.Processor;
using Pos.Processor.EventSource;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>Lambda's rules for what happens to a batch, with a scripted function and a clock that jumps to the next retry.</summary>
public sealed class BatchDeliveryTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ProcessorMetrics>().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new(Posts.Arrival) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly ShardStatus _status = new("shard", Checkpoint.TrimHorizon, NullLogger.Instance);
    private readonly List<string> _calls = [];
    private readonly List<string> _checkpoints = [];
    private readonly List<string> _givenUp = [];

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Batch_that_succeeds_is_called_once_and_checkpointed_at_its_end()
    {
        await DeliverAsync(3, new(), _ => BatchResponse.Success);

        Assert.Equal(["1-3"], _calls);
        Assert.Equal(["3"], _checkpoints);
    }

    [Fact]
    public async Task Lowest_failed_sequence_number_is_the_checkpoint_and_the_rest_is_called_again()
    {
        await DeliverAsync(9, new(), batch => _calls.Count == 1 ? Failed("7", "4", "9") : BatchResponse.Success);

        Assert.Equal(["1-9", "4-9"], _calls);
        Assert.Equal(["3", "9"], _checkpoints);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("nothing")]
    public async Task Identifier_that_is_empty_or_unknown_fails_the_whole_batch(string identifier)
    {
        await DeliverAsync(3, new(), _ => _calls.Count == 1 ? Failed("2", identifier) : BatchResponse.Success);

        Assert.Equal(["1-3", "1-3"], _calls);
        Assert.Equal(["3"], _checkpoints);
    }

    [Fact]
    public async Task Function_that_throws_fails_the_whole_batch_and_is_called_until_it_succeeds()
    {
        await DeliverAsync(2, new(), _ => _calls.Count < 20 ? throw new InvalidOperationException("away") : BatchResponse.Success);

        Assert.Equal(20, _calls.Count);
        Assert.Equal(["2"], _checkpoints);
        Assert.Null(_status.Failure);
        Assert.Equal(19, _status.Retries);
    }

    [Fact]
    public async Task Retries_wait_longer_and_longer_up_to_a_bound()
    {
        var calls = new List<DateTimeOffset>();
        await DeliverAsync(1, new() { RetryDelayMilliseconds = 100, MaximumRetryDelayMilliseconds = 1_000 }, _ =>
        {
            calls.Add(_time.GetUtcNow());
            return calls.Count < 9 ? Failed("1") : BatchResponse.Success;
        });

        var waits = calls.Zip(calls.Skip(1), (a, b) => (b - a).TotalMilliseconds).ToArray();
        Assert.All(waits.Index(), wait => Assert.InRange(wait.Item, Math.Min(1_000, 100 << wait.Index) / 2.0, Math.Min(1_000, 100 << wait.Index) + 50));
    }

    [Fact]
    public async Task Batch_that_failed_as_often_as_allowed_goes_to_the_on_failure_destination_and_the_shard_goes_on()
    {
        await DeliverAsync(3, new() { MaximumRetryAttempts = 2 }, _ => Failed("1"));

        Assert.Equal(["1-3", "1-3", "1-3"], _calls);
        Assert.Equal(["1 RetriesExhausted", "2 RetriesExhausted", "3 RetriesExhausted"], _givenUp);
        Assert.Equal(["3"], _checkpoints);
    }

    [Fact]
    public async Task Progress_within_a_batch_starts_the_count_of_retries_anew()
    {
        await DeliverAsync(3, new() { MaximumRetryAttempts = 1 }, batch => batch[0].SequenceNumber switch
        {
            "1" => _calls.Count == 1 ? Failed("1") : Failed("2"),
            "2" => _calls.Count == 3 ? BatchResponse.Success : Failed("2"),
            _ => BatchResponse.Success,
        });

        Assert.Empty(_givenUp);
        Assert.Equal(["1-3", "1-3", "2-3"], _calls);
    }

    [Fact]
    public async Task Bisecting_finds_the_poison_gives_up_it_alone_and_takes_no_retries()
    {
        var options = new EventSourceMappingOptions { BisectBatchOnFunctionError = true, MaximumRetryAttempts = 1 };
        await DeliverAsync(8, options, batch => batch.Any(record => record.SequenceNumber == "6") ? throw new FormatException("poison") : BatchResponse.Success);

        Assert.Equal(["6 RetriesExhausted"], _givenUp);
        Assert.Equal(["1-8", "1-4", "5-8", "5-6", "5-5", "6-6", "6-6", "7-8"], _calls);
        Assert.Equal(["4", "5", "6", "8"], _checkpoints);
    }

    [Fact]
    public async Task Record_that_is_too_old_is_given_up_and_younger_ones_are_not()
    {
        var options = new EventSourceMappingOptions { MaximumRecordAgeInSeconds = 60 };
        _time.SetUtcNow(Posts.Arrival.AddSeconds(62)); // Record n arrived n seconds after Posts.Arrival.

        await DeliverAsync(3, options, _ => BatchResponse.Success);

        Assert.Equal(["1 RecordExpired"], _givenUp);
        Assert.Equal(["2-3"], _calls);
        Assert.Equal(["1", "3"], _checkpoints);
    }

    [Fact]
    public async Task Record_is_not_given_up_while_the_on_failure_destination_is_away()
    {
        var refusals = 3;
        await DeliverAsync(1, new() { MaximumRetryAttempts = 0 }, _ => Failed("1"), () => refusals-- > 0);

        Assert.Equal(["1 RetriesExhausted"], _givenUp);
        Assert.Equal(["1"], _checkpoints);
    }

    private async Task DeliverAsync(int records, EventSourceMappingOptions options, Func<IReadOnlyList<StreamRecord>, BatchResponse> function, Func<bool>? destinationIsAway = null)
    {
        var delivery = new BatchDelivery(
            (batch, _, _) =>
            {
                _calls.Add($"{batch[0].SequenceNumber}-{batch[^1].SequenceNumber}");
                return Task.FromResult(function(batch));
            },
            (record, reason, _, _) =>
            {
                if (destinationIsAway?.Invoke() is true)
                    throw new IOException("away");
                _givenUp.Add($"{record.SequenceNumber} {reason}");
                return Task.CompletedTask;
            },
            options, _time, _services.GetRequiredService<ProcessorMetrics>(), _status);
        var batch = Enumerable.Range(1, records).Select(i => new StreamRecord("shard", $"{i}", "key", Posts.Arrival.AddSeconds(i), default)).ToArray();

        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var delivering = delivery.DeliverAsync(batch, checkpoint =>
        {
            _checkpoints.Add(checkpoint);
            return Task.CompletedTask;
        }, timeout.Token, timeout.Token);
        while (!delivering.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }
        await delivering;
    }

    private static BatchResponse Failed(params string[] identifiers) => new([.. identifiers.Select(identifier => new BatchItemFailure(identifier))]);
}
