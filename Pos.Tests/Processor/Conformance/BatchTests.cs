using System.Text;
using System.Text.Json;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// A batch consists of consecutive records of one shard, up to the batch size, 6 MB, or the end of the batching window.
/// </summary>
[Fast]
public sealed class BatchTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Records_are_delivered_in_shard_order_in_batches_of_the_batch_size()
    {
        _shard.Options.BatchSize = 4;
        _shard.Stream.Put(10);

        _shard.ToEnd();

        Assert.Equal(["1-4", "5-8", "9-10"], _shard.Calls);
        Assert.Equal(["4", "8", "10", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Next_batch_is_delivered_after_the_previous_one_succeeded()
    {
        _shard.Options.BatchSize = 1;
        _shard.CallTakes = TimeSpan.FromSeconds(10);
        _shard.Stream.Put(3);

        _shard.ToEnd();

        Assert.Equal([0, 10, 20], _shard.CalledAt);
    }

    [Fact]
    public void Without_a_window_available_records_form_a_batch()
    {
        _shard.Time.At(1, () => _shard.Stream.Put(2));
        _shard.Time.At(2, () => _shard.Stream.Put(1));
        _shard.Time.At(3, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Equal(["1-2", "3-3"], _shard.Calls);
        Assert.All(_shard.CalledAt.Zip([1.0, 2.0]), call => Assert.InRange(call.First, call.Second, call.Second + 0.1));
    }

    [Fact]
    public void Records_are_gathered_until_the_window_ends()
    {
        _shard.Options.MaximumBatchingWindowInSeconds = 5;
        _shard.Time.At(1, () => _shard.Stream.Put(2));
        _shard.Time.At(3, () => _shard.Stream.Put(1));
        _shard.Time.At(6, () => _shard.Stream.Put(1));
        _shard.Time.At(60, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Equal(["1-3", "4-4"], _shard.Calls);
        Assert.Equal([5, 10], _shard.CalledAt);
    }

    [Fact]
    public void Window_begins_when_the_previous_call_ends()
    {
        _shard.Options.MaximumBatchingWindowInSeconds = 5;
        _shard.CallTakes = TimeSpan.FromSeconds(2);
        _shard.Stream.Put(1);
        _shard.Time.At(6, () => _shard.Stream.Put(1));
        _shard.Time.At(60, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Equal([5, 12], _shard.CalledAt); // The first call ends at 7.
    }

    [Fact]
    public void Window_ends_early_when_the_batch_is_full()
    {
        _shard.Options.MaximumBatchingWindowInSeconds = 300;
        _shard.Options.BatchSize = 3;
        _shard.Stream.Put(2);
        _shard.Time.At(7, () => _shard.Stream.Put(2));
        _shard.Time.At(8, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Equal(["1-3", "4-4"], _shard.Calls);
        Assert.InRange(_shard.CalledAt[0], 7, 7.1);
    }

    [Fact]
    public void Window_ends_early_at_the_end_of_the_shard()
    {
        _shard.Options.MaximumBatchingWindowInSeconds = 300;
        _shard.Stream.Put(2);

        _shard.ToEnd();

        Assert.Equal([0], _shard.CalledAt);
    }

    [Fact]
    public void Window_without_records_makes_no_call()
    {
        _shard.Options.MaximumBatchingWindowInSeconds = 1;
        _shard.Time.At(60, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Empty(_shard.Calls);
    }

    [Fact]
    public void Batch_ends_before_its_event_exceeds_6_MB()
    {
        _shard.Options.BatchSize = 10_000;
        foreach (var bytes in Enumerable.Repeat(300_000, 40))
            _shard.Stream.PutBytes(bytes);
        var sizes = new List<long>();
        _shard.Function = batch =>
        {
            sizes.Add(LambdaEvent(batch).LongLength);
            return BatchResponse.Success;
        };

        _shard.ToEnd();

        Assert.All(sizes, size => Assert.InRange(size, 1, BatchCapacity.MaxPayloadBytes));
        // 15 × 400,000 characters of base64; 16 are more than 6,291,456.
        Assert.Equal(["1-15", "16-30", "31-40"], _shard.Calls);
    }

    [Fact]
    public void Batch_of_small_records_leaves_capacity_for_the_JSON_around_them()
    {
        _shard.Options.BatchSize = 10_000;
        _shard.Stream.Put(10_000);
        _shard.Function = batch =>
        {
            Assert.InRange(LambdaEvent(batch).LongLength, 1, BatchCapacity.MaxPayloadBytes);
            return BatchResponse.Success;
        };

        _shard.ToEnd();

        Assert.Equal(10_000, _shard.Processed.Count);
        Assert.Equal(2, _shard.Calls.Count);
    }

    [Fact]
    public void Record_larger_than_any_batch_is_delivered_alone()
    {
        _shard.Stream.PutBytes(1);
        _shard.Stream.PutBytes(BatchCapacity.MaxPayloadBytes);
        _shard.Stream.PutBytes(1);

        _shard.ToEnd();

        Assert.Equal(["1-1", "2-2", "3-3"], _shard.Calls);
    }

    /// <summary>Serializes the event as Lambda documents it, with long sequence numbers and a long role ARN.</summary>
    private static byte[] LambdaEvent(IReadOnlyList<StreamRecord> batch)
    {
        var shardId = "shardId-000000000006";
        var sequenceNumber = new string('9', 56);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Records = batch.Select(record => new
                {
                    kinesis = new
                    {
                        kinesisSchemaVersion = "1.0",
                        partitionKey = record.PartitionKey,
                        sequenceNumber,
                        data = record.Data,
                        approximateArrivalTimestamp = 1545084650.987,
                    },
                    eventSource = "aws:kinesis",
                    eventVersion = "1.0",
                    eventID = $"{shardId}:{sequenceNumber}",
                    eventName = "aws:kinesis:record",
                    invokeIdentityArn = "arn:aws:iam::111122223333:role/" + new StringBuilder().Insert(0, "role-", 50),
                    awsRegion = "ap-northeast-1",
                    eventSourceARN = "arn:aws:kinesis:ap-northeast-1:111122223333:stream/" + new string('s', 128),
                }),
            }
        );
    }
}
