using System.Globalization;
using Amazon.Kinesis.Model;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// A stream in memory with Kinesis' rules for iterators and, optionally, its read limit. Sequence numbers count from 1.
/// </summary>
internal sealed class ScriptedStream(TimeProvider time) : IShardStream
{
    public const string FirstShard = "shard";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Shard> _shards = new(StringComparer.Ordinal) { [FirstShard] = new([]) };
    private int _lastSequenceNumber;

    private sealed record Shard(IReadOnlyList<string> Parents)
    {
        public List<StreamRecord> Records { get; } = [];
        public bool IsClosed { get; set; }
    }

    /// <summary>Maximum number of records of a read.</summary>
    public int ReadLimit { get; set; } = 10_000;

    /// <summary>Throttles more than five reads per second.</summary>
    public bool EnforcesReads { get; set; }

    /// <summary>Called before each read. Returns the error to fail with, or null.</summary>
    public Func<Exception?> ReadFails { get; set; } = () => null;

    /// <summary>Times of the reads that succeeded.</summary>
    public List<DateTimeOffset> Reads { get; } = [];

    /// <summary>Bytes of the largest read.</summary>
    public int MaxReadBytes { get; private set; }

    /// <summary>Number of throttled reads.</summary>
    public int ThrottledReads { get; private set; }

    /// <summary>Checkpoints of the iterators requested.</summary>
    public List<string> Iterators { get; } = [];

    /// <summary>Puts a record for each partition key.</summary>
    public void Put(params IEnumerable<string> partitionKeys) => PutTo(FirstShard, partitionKeys);

    public void PutTo(string shardId, params IEnumerable<string> partitionKeys)
    {
        lock (_lock)
            foreach (var key in partitionKeys)
                Add(shardId, key, data: default);
    }

    /// <summary>Puts records that all have the same key.</summary>
    public void Put(int records) => Put(Enumerable.Repeat("key", records));

    /// <summary>Puts a record of this size.</summary>
    public void PutBytes(int bytes) => PutBytes(new byte[bytes]);

    /// <summary>Puts a record of these bytes.</summary>
    public void PutBytes(ReadOnlyMemory<byte> data)
    {
        lock (_lock)
            Add(FirstShard, "key", data.ToArray());
    }

    /// <summary>Closes the shard. It ends after its last record.</summary>
    public void Close(string shardId = FirstShard)
    {
        lock (_lock)
            _shards[shardId].IsClosed = true;
    }

    public void Split(string shardId, params IEnumerable<string> children)
    {
        lock (_lock)
        {
            _shards[shardId].IsClosed = true;
            foreach (var child in children)
                _shards.Add(child, new([shardId]));
        }
    }

    public void Merge(string first, string second, string child)
    {
        lock (_lock)
        {
            _shards[first].IsClosed = _shards[second].IsClosed = true;
            _shards.Add(child, new([first, second]));
        }
    }

    public Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<StreamShard>>([
                .. _shards.Select(shard => new StreamShard(shard.Key, shard.Value.Parents)),
            ]);
    }

    public Task<string> GetIteratorAsync(string shardId, string checkpoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Iterators.Add(checkpoint);
            var records = _shards[shardId].Records;
            var next =
                checkpoint == Checkpoint.TrimHorizon ? 0
                : Checkpoint.TryGetTime(checkpoint, out var from)
                    ? records.TakeWhile(record => record.ArrivedAt < from).Count()
                : records.TakeWhile(record => SequenceNumber.Compare(record.SequenceNumber, checkpoint) <= 0).Count();
            return Task.FromResult(Iterator(next));
        }
    }

    public Task<ShardRead> ReadAsync(string shardId, string iterator, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (ReadFails() is { } failure)
                return Task.FromException<ShardRead>(failure);
            if (EnforcesReads && Reads.Count(read => now - read < TimeSpan.FromSeconds(1)) == 5)
            {
                ThrottledReads++;
                return Task.FromException<ShardRead>(
                    new ProvisionedThroughputExceededException("Rate exceeded for shard")
                );
            }
            var fields = iterator.Split('/');
            if (now.UtcTicks - long.Parse(fields[1], CultureInfo.InvariantCulture) > TimeSpan.TicksPerMinute * 5)
                return Task.FromException<ShardRead>(new ExpiredIteratorException("Iterator expired"));

            Reads.Add(now);
            var shard = _shards[shardId];
            var records = shard
                .Records.Skip(int.Parse(fields[0], CultureInfo.InvariantCulture))
                .Take(Math.Min(limit, ReadLimit))
                .ToArray();
            MaxReadBytes = Math.Max(MaxReadBytes, records.Sum(record => record.Data.Length));
            var next = int.Parse(fields[0], CultureInfo.InvariantCulture) + records.Length;
            var behind =
                next == shard.Records.Count
                    ? 0
                    : Math.Max(1, (long)(now - shard.Records[next].ArrivedAt).TotalMilliseconds);
            return Task.FromResult(
                new ShardRead(records, shard.IsClosed && behind == 0 ? null : Iterator(next), behind)
            );
        }
    }

    private void Add(string shardId, string partitionKey, byte[]? data) =>
        _shards[shardId]
            .Records.Add(
                new(
                    shardId,
                    (++_lastSequenceNumber).ToString(CultureInfo.InvariantCulture),
                    partitionKey,
                    time.GetUtcNow(),
                    data
                )
            );

    private string Iterator(int next) =>
        string.Create(CultureInfo.InvariantCulture, $"{next}/{time.GetUtcNow().UtcTicks}");
}
