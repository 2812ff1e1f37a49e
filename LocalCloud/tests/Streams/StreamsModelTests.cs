using System.Text.Json.Nodes;
using CsCheck;
using LocalCloud.Protocol;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>
/// Compares a stream with a list after random puts, splits, merges, reads, waits and restarts.
/// <c>POS_SOAK_MODELS=5000</c> runs 5,000 sequences instead of a few.
/// </summary>
[SystemTest("POS_SOAK_MODELS")]
public sealed class StreamsModelTests
{
    private static readonly long s_sequences = long.TryParse(
        Environment.GetEnvironmentVariable("POS_SOAK_MODELS"),
        out var soak
    )
        ? soak
        : 60;

    // The kind of an action, and a number that determines its details.
    private static readonly Gen<(int Kind, uint Choice)[]> s_actions = Gen.Select(Gen.Int[0, 19], Gen.UInt).Array[
        1,
        60
    ];

    [Fact]
    public Task Random_operations_match_a_list() =>
        Gen.Select(Gen.Int[1, 3], s_actions)
            .SampleAsync(
                async (shards, actions) =>
                {
                    var folder = Directory.CreateTempSubdirectory("pos model ").FullName;
                    try
                    {
                        await using var run = await Run.StartAsync(folder, shards);
                        foreach (var (kind, choice) in actions)
                            await run.DoAsync(kind, choice);
                        await run.RestartAsync();
                        await run.ReadAllAsync();
                    }
                    finally
                    {
                        Directory.Delete(folder, recursive: true);
                    }
                },
                iter: s_sequences,
                threads: 2
            );

    private sealed class Run(string folder, int shards) : IAsyncDisposable
    {
        private const int SegmentBytes = 4096;
        private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        private readonly StreamModel _model = new(shards);
        private StreamsInProcess _streams = null!;
        private int _puts;

        private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

        public static async Task<Run> StartAsync(string folder, int shards)
        {
            var run = new Run(folder, shards);
            run._streams = await StreamsInProcess.StartAsync(folder, run._time, SegmentBytes);
            await run._streams.CallAsync(
                "CreateStream",
                new JsonObject { ["StreamName"] = "s", ["ShardCount"] = shards }
            );
            return run;
        }

        public Task DoAsync(int kind, uint choice) =>
            kind switch
            {
                <= 7 => PutAsync(choice),
                8 => SplitAsync(choice),
                9 => MergeAsync(choice),
                10 => RestartAsync(),
                11 or 12 => WaitAsync(TimeSpan.FromMilliseconds(choice % 5000)),
                13 => WaitAsync(TimeSpan.FromMinutes(choice % (30 * 60))),
                14 => RetainAsync(),
                _ => ReadAsync(choice),
            };

        public async Task RestartAsync()
        {
            await _streams.DisposeAsync();
            _streams = await StreamsInProcess.StartAsync(folder, _time, SegmentBytes);
            var listed = (await _streams.CallAsync("ListShards", new JsonObject { ["StreamName"] = "s" }))[
                "Shards"
            ]!.AsArray();
            StreamModel.Expect(
                _model.Shards.Where(shard => !shard.IsDeleted).Select(Text),
                listed.Select(Text),
                "shards after a restart"
            );

            static string Text(object? shard) =>
                shard switch
                {
                    ModelShard known => $"{known.Id} {known.Start}-{known.End} of "
                        + string.Join("+", known.Parents.Select(parent => parent.Id))
                        + (known.ClosedAt is null ? "" : " closed"),
                    JsonNode json => $"{json["ShardId"]} {json["HashKeyRange"]!["StartingHashKey"]}-"
                        + $"{json["HashKeyRange"]!["EndingHashKey"]} of "
                        + string.Join(
                            "+",
                            new[] { json["ParentShardId"], json["AdjacentParentShardId"] }.OfType<JsonNode>()
                        )
                        + (json["SequenceNumberRange"]!["EndingSequenceNumber"] is null ? "" : " closed"),
                    _ => "",
                };
        }

        public async Task ReadAllAsync()
        {
            foreach (var shard in _model.Shards.Where(shard => !shard.IsDeleted))
                await ReadAsync(shard, "TRIM_HORIZON", shard.Retained(Now), 10_000);
        }

        private async Task PutAsync(uint choice)
        {
            var records = Enumerable
                .Range(0, (int)(choice % 7) + 1)
                .Select(i =>
                    (
                        HashKey: (UInt128)(choice * (uint)(2 * i + 1)) << 96,
                        Data: $"{_puts++} {new string('x', (int)(choice >> 8) % 400)}"
                    )
                )
                .ToList();
            var answer = await _streams.CallAsync(
                "PutRecords",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["Records"] = new JsonArray([
                        .. records.Select(record => KinesisCalls.Record("k", record.Data, $"{record.HashKey}")),
                    ]),
                }
            );
            // The records of a call get their sequence numbers shard by shard.
            foreach (
                var (record, place) in records
                    .Zip(answer["Records"]!.AsArray())
                    .OrderBy(put => (string)put.Second!["SequenceNumber"]!, StringComparer.Ordinal)
            )
                _model.Put(record.HashKey, record.Data, Now, place!);
        }

        private async Task SplitAsync(uint choice)
        {
            var shard = Pick(_model.Open.Where(shard => shard.End - shard.Start > 10), choice);
            if (shard is null || _model.Open.Count() > 8)
                return;
            var at = shard.Start + 2 + (shard.End - shard.Start - 3) / 1024 * (choice % 1024);
            await _streams.CallAsync(
                "SplitShard",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["ShardToSplit"] = shard.Id,
                    ["NewStartingHashKey"] = $"{at}",
                }
            );
            _model.Split(shard, at, Now);
        }

        private async Task MergeAsync(uint choice)
        {
            var left = Pick(_model.Open.SkipLast(1), choice);
            if (left is null)
                return;
            var right = _model.Open.Single(shard => shard.Start == left.End + 1);
            await _streams.CallAsync(
                "MergeShards",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["ShardToMerge"] = left.Id,
                    ["AdjacentShardToMerge"] = right.Id,
                }
            );
            _model.Merge(left, right, Now);
        }

        private Task WaitAsync(TimeSpan time)
        {
            _time.Advance(time);
            return Task.CompletedTask;
        }

        private async Task RetainAsync()
        {
            await _streams.Store.Get("s").ApplyRetentionAsync();
            foreach (var shard in _model.Shards)
                shard.IsDeleted |= shard.ClosedAt < Now - StreamModel.RetentionMilliseconds;
        }

        private async Task ReadAsync(uint choice)
        {
            var shard = Pick(_model.Shards, choice)!;
            if (shard.IsDeleted)
            {
                var error = await Assert.ThrowsAsync<AwsException>(() => ReadAsync(shard, "TRIM_HORIZON", [], 1));
                Assert.Equal("ResourceNotFoundException", error.Code);
                return;
            }
            var (retained, limit) = (shard.Retained(Now), (int)(choice >> 5) % 4 * 5 + 1);
            var from = (int)(choice >> 10) % (shard.Records.Count + 1);
            var mark = from < shard.Records.Count ? shard.Records[from] : null;
            switch ((choice >> 20) % 5)
            {
                case 0:
                    await ReadAsync(shard, "TRIM_HORIZON", retained, limit);
                    break;
                case 1:
                    await ReadAsync(shard, "LATEST", [], limit);
                    break;
                case 2 when mark is not null:
                    await ReadAsync(
                        shard,
                        "AT_SEQUENCE_NUMBER",
                        [.. retained.Where(record => string.CompareOrdinal(record.Number, mark.Number) >= 0)],
                        limit,
                        mark.Number
                    );
                    break;
                case 3 when mark is not null:
                    await ReadAsync(
                        shard,
                        "AFTER_SEQUENCE_NUMBER",
                        [.. retained.Where(record => string.CompareOrdinal(record.Number, mark.Number) > 0)],
                        limit,
                        mark.Number
                    );
                    break;
                case 4 when mark is not null:
                    var time = Math.Min(Now, mark.Arrival + (choice >> 30));
                    await ReadAsync(
                        shard,
                        "AT_TIMESTAMP",
                        [.. retained.Where(record => record.Arrival >= time)],
                        limit,
                        milliseconds: time
                    );
                    break;
            }
        }

        /// <summary>Reads page by page to the tip or the end, and compares every response with the model.</summary>
        private async Task ReadAsync(
            ModelShard shard,
            string type,
            List<ModelRecord> expected,
            int limit,
            string? number = null,
            long? milliseconds = null
        )
        {
            var request = new JsonObject
            {
                ["StreamName"] = "s",
                ["ShardId"] = shard.Id,
                ["ShardIteratorType"] = type,
            };
            if (number is not null)
                request["StartingSequenceNumber"] = number;
            if (milliseconds is not null)
                request["Timestamp"] = milliseconds / 1000m;
            var iterator = (string?)(await _streams.CallAsync("GetShardIterator", request))["ShardIterator"];
            for (var read = 0; ; )
            {
                var page = await _streams.CallAsync(
                    "GetRecords",
                    new JsonObject { ["ShardIterator"] = iterator, ["Limit"] = limit }
                );
                var records = page["Records"]!.AsArray().OfType<JsonNode>().ToList();
                StreamModel.Expect(
                    expected.Skip(read).Take(limit).Select(record => $"{record.Number} {record.Data}"),
                    records.Select(record => $"{record["SequenceNumber"]} {KinesisCalls.Data(record)}"),
                    $"records of {shard.Id} from {type}"
                );
                read += records.Count;
                iterator = (string?)page["NextShardIterator"];
                StreamModel.Expect(
                    read < expected.Count ? Now - expected[read - 1].Arrival : 0,
                    (long)page["MillisBehindLatest"]!,
                    "milliseconds behind"
                );
                if (read < expected.Count)
                    continue;
                StreamModel.Expect(shard.ClosedAt is not null, iterator is null, "the shard's end");
                if (iterator is null)
                    StreamModel.Expect(
                        _model.Shards.Where(child => child.Parents.Contains(shard)).Select(child => child.Id),
                        page["ChildShards"]!.AsArray().Select(child => (string)child!["ShardId"]!),
                        "children"
                    );
                return;
            }
        }

        private static ModelShard? Pick(IEnumerable<ModelShard> shards, uint choice) =>
            shards.ToList() is { Count: > 0 } list ? list[(int)(choice % (uint)list.Count)] : null;

        public ValueTask DisposeAsync() => _streams.DisposeAsync();
    }
}
