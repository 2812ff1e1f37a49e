using System.Globalization;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Ingest.Stream;

namespace Pos.Tests.Ingest;

/// <summary>A stream in memory whose entries or calls fail as the test requires.</summary>
internal sealed class FakeKinesis : AmazonKinesisClient
{
    private readonly Lock _lock = new();
    private readonly List<Shard> _shards = [];
    private readonly List<(string ShardId, string PartitionKey, byte[] Data)> _records = [];
    private readonly List<PutRecordsRequest> _calls = [];
    private int _listings;

    public FakeKinesis(int shards = 4)
        : base(new BasicAWSCredentials("test", "test"), new AmazonKinesisConfig { ServiceURL = "http://127.0.0.1:1" })
    {
        var width = UInt128.MaxValue / (UInt128)shards;
        for (var i = 0; i < shards; i++)
            Open(width * (UInt128)i, i == shards - 1 ? UInt128.MaxValue : (width * (UInt128)(i + 1)) - 1);
    }

    /// <summary>Awaited at the start of each PutRecords call. May throw.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Returns the error code for an entry of this shard, or null to accept it.</summary>
    public Func<string, string?> ErrorOf { get; set; } = _ => null;

    public IReadOnlyList<PutRecordsRequest> Calls => Locked(() => _calls.ToArray());
    public int Listings => Volatile.Read(ref _listings);
    public IReadOnlyList<(string ShardId, string PartitionKey, byte[] Data)> Records =>
        Locked(() => _records.ToArray());

    /// <summary>The lines of all records, in the order in which they were put.</summary>
    public IReadOnlyList<string> Lines =>
        [
            .. Records.SelectMany(record =>
                Encoding.UTF8.GetString(record.Data).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            ),
        ];

    public string ShardOf(string partitionKey) => Locked(() => ShardFor(partitionKey).ShardId);

    public void Split(string shardId) =>
        Locked(() =>
        {
            var parent = _shards.Single(shard => shard.ShardId == shardId);
            parent.SequenceNumberRange.EndingSequenceNumber = "1";
            var (first, last) = (Key(parent.HashKeyRange.StartingHashKey), Key(parent.HashKeyRange.EndingHashKey));
            var middle = first + ((last - first) / 2);
            Open(first, middle);
            Open(middle + 1, last);
            return 0;
        });

    public override async Task<PutRecordsResponse> PutRecordsAsync(
        PutRecordsRequest request,
        CancellationToken cancellationToken = default
    )
    {
        Locked(() =>
        {
            _calls.Add(request);
            return 0;
        });
        await Before(cancellationToken);
        return Locked(() =>
        {
            var response = new PutRecordsResponse { FailedRecordCount = 0, Records = [] };
            foreach (var entry in request.Records)
            {
                var shardId = ShardFor(entry.PartitionKey).ShardId;
                var error = ErrorOf(shardId);
                response.FailedRecordCount += error is null ? 0 : 1;
                response.Records.Add(
                    error is null
                        ? new PutRecordsResultEntry
                        {
                            ShardId = shardId,
                            SequenceNumber = _records.Count.ToString(CultureInfo.InvariantCulture),
                        }
                        : new PutRecordsResultEntry
                        {
                            ErrorCode = error,
                            ErrorMessage = "The test requires this error.",
                        }
                );
                if (error is null)
                    _records.Add((shardId, entry.PartitionKey, entry.Data.ToArray()));
            }
            return response;
        });
    }

    public override Task<ListShardsResponse> ListShardsAsync(
        ListShardsRequest request,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _listings);
        // Two shards a page. The token is the index of the next one.
        var first = request.NextToken is null ? 0 : int.Parse(request.NextToken, CultureInfo.InvariantCulture);
        return Task.FromResult(
            Locked(() =>
                new ListShardsResponse
                {
                    Shards = [.. _shards.Skip(first).Take(2)],
                    NextToken = first + 2 < _shards.Count ? (first + 2).ToString(CultureInfo.InvariantCulture) : null,
                }
            )
        );
    }

    public override async Task<DescribeStreamSummaryResponse> DescribeStreamSummaryAsync(
        DescribeStreamSummaryRequest request,
        CancellationToken cancellationToken = default
    )
    {
        await Before(cancellationToken);
        return new DescribeStreamSummaryResponse
        {
            StreamDescriptionSummary = new StreamDescriptionSummary { StreamStatus = StreamStatus.ACTIVE },
        };
    }

    private void Open(UInt128 first, UInt128 last) =>
        _shards.Add(
            new Shard
            {
                ShardId = $"shardId-{_shards.Count:D12}",
                HashKeyRange = new HashKeyRange
                {
                    StartingHashKey = first.ToString(CultureInfo.InvariantCulture),
                    EndingHashKey = last.ToString(CultureInfo.InvariantCulture),
                },
                SequenceNumberRange = new SequenceNumberRange { StartingSequenceNumber = "0" },
            }
        );

    private Shard ShardFor(string partitionKey)
    {
        var key = ShardMap.HashKeyOf(partitionKey);
        return _shards.Single(shard =>
            shard.SequenceNumberRange.EndingSequenceNumber is null
            && Key(shard.HashKeyRange.StartingHashKey) <= key
            && key <= Key(shard.HashKeyRange.EndingHashKey)
        );
    }

    private static UInt128 Key(string text) => UInt128.Parse(text, CultureInfo.InvariantCulture);

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
