using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// <c>ParallelizationFactor</c> delivers lanes of one shard concurrently, keeps each partition key in order, and leaves
/// no overlapping objects in the lake after a crash.
/// </summary>
[Fast]
public sealed class ParallelizationTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Lanes_are_delivered_concurrently_each_in_its_own_batches()
    {
        _shard.Options.ParallelizationFactor = 2;
        _shard.Options.BatchSize = 2;
        _shard.CallTakes = TimeSpan.FromSeconds(10);
        _shard.Stream.Put(Alternating(8));

        _shard.ToEnd();

        Assert.Equal(["1,3", "2,4", "5,7", "6,8"], _shard.Calls);
        Assert.Equal([0, 0, 10, 10], _shard.CalledAt);
        Assert.Equal(["4", "8", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Lane_that_gets_more_than_its_share_is_delivered_in_several_batches()
    {
        _shard.Options.ParallelizationFactor = 3;
        _shard.Options.BatchSize = 2;
        _shard.Stream.Put(6); // All records have one key, so one lane.

        _shard.ToEnd();

        Assert.Equal(["1-2", "3-4", "5-6"], _shard.Calls);
        Assert.Equal(
            [
                "TRIM_HORIZON, lanes to 6: ",
                "TRIM_HORIZON, lanes to 6: 2",
                "TRIM_HORIZON, lanes to 6: 4",
                "6",
                Checkpoint.ShardEnd,
            ],
            _shard.Leases.Stored.Select(Text)
        );
    }

    [Fact]
    public void Poison_in_one_lane_does_not_block_records_of_other_lanes_gathered_with_it()
    {
        _shard.Options.ParallelizationFactor = 2;
        _shard.Stream.Put(Alternating(6));
        _shard.Time.At(120, () => _shard.Stream.Put(Alternating(2)));
        _shard.Time.At(180, () => _shard.Stream.Close());
        _shard.Function = batch =>
            batch[0].SequenceNumber == "1" && _shard.Time.Passed < TimeSpan.FromSeconds(60)
                ? ShardRun.Failed("1")
                : BatchResponse.Success;

        _shard.Run();

        Assert.Equal(["2", "4", "6"], _shard.Processed.Take(3));
        Assert.Equal(["6", "8", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Lane_resumes_after_its_stored_progress_after_a_crash_even_with_smaller_batches()
    {
        _shard.Options.ParallelizationFactor = 2;
        _shard.Options.BatchSize = 4;
        _shard.Stream.Put(Alternating(8));
        _shard.Function = batch =>
        {
            if (_shard.Calls.Count == 4)
                _shard.Crash();
            return _shard.Calls.Count switch
            {
                1 => ShardRun.Failed("5"),
                2 => ShardRun.Failed("4"),
                _ => BatchResponse.Success,
            };
        };
        _shard.Run();
        // Retries wait for a random time.
        Assert.Equal(["1,3,5,7", "2,4,6,8", "4,6,8", "5,7"], _shard.Calls.Order(StringComparer.Ordinal));

        _shard.Options.BatchSize = 2;
        _shard.Function = _ => BatchResponse.Success;
        _shard.Calls.Clear();
        _shard.ToEnd();

        // The fourth call may have left an object that begins at its first record, so the lane's next batch must begin
        // at the same record.
        Assert.Equal(["4-4", "5,7", "6,8"], _shard.Calls);
    }

    [Fact]
    public void Lanes_begun_before_a_crash_are_finished_before_a_new_factor_applies()
    {
        _shard.Options.ParallelizationFactor = 2;
        _shard.Options.BatchSize = 4;
        _shard.Stream.Put(Alternating(12));
        _shard.Function = batch =>
        {
            if (_shard.Calls.Count == 2)
                _shard.Crash();
            return BatchResponse.Success;
        };
        _shard.Run();
        Assert.Equal(["1,3,5,7", "2,4,6,8"], _shard.Calls);

        _shard.Options.ParallelizationFactor = 1;
        _shard.Options.BatchSize = 3;
        _shard.Function = _ => BatchResponse.Success;
        _shard.Calls.Clear();
        _shard.ToEnd();

        Assert.Equal(["1,3,5", "2,4,6", "7,9,11", "8,10,12"], _shard.Calls);
        Assert.Equal(
            ["TRIM_HORIZON, lanes to 8: ", "TRIM_HORIZON, lanes to 8: ", "6, lanes to 8: ", "6, lanes to 12: "],
            _shard.Leases.Stored.Select(Text).Take(4)
        );
    }

    [Fact]
    public void Batch_begun_without_lanes_resumes_at_the_start_of_a_lane()
    {
        _shard.Stream.Put(Alternating(8));
        _shard.Function = batch =>
        {
            if (_shard.Calls.Count == 2)
                _shard.Crash();
            return ShardRun.Failed("4");
        };
        _shard.Run();
        Assert.Equal(["1-8", "4-8"], _shard.Calls);

        _shard.Options.ParallelizationFactor = 2;
        _shard.Function = _ => BatchResponse.Success;
        _shard.Calls.Clear();
        _shard.ToEnd();

        Assert.Equal(["4,6,8", "5,7"], _shard.Calls);
    }

    [Theory]
    [InlineData("536365", 4, 3)]
    [InlineData("C536379", 4, 1)]
    [InlineData("", 10, 1)]
    public void Lane_of_a_partition_key_never_changes(string key, int factor, int lane) =>
        Assert.Equal(lane, LaneProgress.LaneOf(key, factor));

    /// <remarks>
    /// A lake object is named after its batch's first record and contains the records up to the response's checkpoint.
    /// Crashes happen between any two steps. Each restart has another factor, batch size and read limit.
    /// </remarks>
    [Fact]
    public void Crashes_and_factor_changes_leave_no_overlapping_lake_objects_and_lose_nothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            using var shard = new ShardRun();
            var random = new Random(seed);
            var lake = new Dictionary<string, string[]>();
            var (crashAt, calls) = (0, 0);
            var total = random.Next(20, 80);
            for (var record = 0; record < total; record++)
                shard.Time.At(random.NextDouble() * 120, () => shard.Stream.Put($"{random.Next(9)}"));
            shard.Time.At(200, () => shard.Stream.Close());
            shard.CallTakes = TimeSpan.FromMilliseconds(random.Next(3) * 400);
            shard.Function = batch =>
            {
                calls++;
                if (calls == crashAt && random.Next(2) == 0)
                    shard.Crash();
                var part = random.Next(6) == 0 ? random.Next(batch.Count) : batch.Count;
                var isUndone = random.Next(6) == 0; // The lake has the batch, and another sink fails.
                var written = batch.Take(part).Select(record => record.SequenceNumber).ToArray();
                // A stalled worker's late write does not replace an object: see LakeSink.
                if (calls >= crashAt && random.Next(2) == 0)
                    shard.Time.At(shard.Time.Passed.TotalSeconds + random.Next(20), () =>
                        _ = part > 0 && lake.TryAdd(batch[0].SequenceNumber, written)
                    );
                else if (part > 0)
                    lake[batch[0].SequenceNumber] = written;
                if (calls >= crashAt)
                    shard.Crash();
                return isUndone ? throw new IOException("unavailable")
                    : part < batch.Count ? ShardRun.Failed(batch[part].SequenceNumber)
                    : BatchResponse.Success;
            };

            for (var generation = 0; !shard.Checkpoints.Contains(Checkpoint.ShardEnd); generation++)
            {
                shard.Options = new()
                {
                    FunctionResponseTypes = [FunctionResponseType.ReportBatchItemFailures],
                    ParallelizationFactor = random.Next(1, 5),
                    BatchSize = random.Next(1, 8),
                    BisectBatchOnFunctionError = random.Next(2) == 0,
                    MaximumBatchingWindowInSeconds = random.Next(2),
                };
                shard.Stream.ReadLimit = random.Next(1, 20);
                (crashAt, calls) = (generation < 12 ? random.Next(1, 10) : int.MaxValue, 0);
                shard.Run();
            }

            var records = lake.Values.SelectMany(records => records).Select(int.Parse).Order().ToArray();
            Assert.True(Enumerable.Range(1, total).SequenceEqual(records), $"Seed {seed}: {string.Join(' ', records)}");
        }
    }

    [Fact]
    public void Records_of_a_partition_key_stay_in_order()
    {
        _shard.Options.ParallelizationFactor = 4;
        _shard.Options.BatchSize = 3;
        _shard.CallTakes = TimeSpan.FromMilliseconds(10);
        var random = new Random(3);
        var keys = Enumerable.Range(0, 200).Select(_ => $"{random.Next(20)}").ToArray();
        _shard.Stream.Put(keys);

        _shard.ToEnd();

        Assert.Equal(200, _shard.Processed.Count);
        Assert.All(_shard.Processed.Select(int.Parse).GroupBy(number => keys[number - 1]), ofKey =>
            Assert.Equal(ofKey.Order(), ofKey)
        );
    }

    private static string Text(ShardProgress progress) =>
        progress.Checkpoint
        + (
            progress.Lanes is null
                ? ""
                : $", lanes to {progress.Lanes.End}: {string.Join(',', progress.Lanes.Done.Values)}"
        );

    /// <summary>Returns keys of lane 0 and lane 1, alternating, for a factor of two.</summary>
    private static IEnumerable<string> Alternating(int records)
    {
        var keys = Enumerable.Range(0, 100).Select(i => $"{i}").ToLookup(key => LaneProgress.LaneOf(key, 2));
        return Enumerable.Range(0, records).Select(i => keys[i % 2].First());
    }
}
