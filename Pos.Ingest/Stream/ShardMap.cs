using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;

namespace Pos.Ingest.Stream;

/// <summary>The stream's open shards, each with the first hash key of its range, in order.</summary>
internal sealed class ShardMap
{
    private const int MostPages = 100; // of 1,000 shards each (ListShards)

    private readonly UInt128[] _firstHashKeys;
    private readonly string[] _shardIds;

    /// <param name="shards">As ListShards has them; those that have ended are left out.</param>
    /// <exception cref="ArgumentException">No shard is open.</exception>
    public ShardMap(IEnumerable<Shard> shards)
    {
        var open = shards
            .Where(shard => string.IsNullOrEmpty(shard.SequenceNumberRange?.EndingSequenceNumber))
            .Select(shard =>
                (First: UInt128.Parse(shard.HashKeyRange.StartingHashKey, CultureInfo.InvariantCulture), shard.ShardId)
            )
            .OrderBy(shard => shard.First)
            .ToArray();
        if (open is [])
            throw new ArgumentException("The stream has no open shard.", nameof(shards));
        _firstHashKeys = [.. open.Select(shard => shard.First)];
        _shardIds = [.. open.Select(shard => shard.ShardId)];
    }

    public int Count => _shardIds.Length;

    /// <summary>The shard that takes records of this hash key.</summary>
    public string ShardOf(UInt128 hashKey)
    {
        var place = Array.BinarySearch(_firstHashKeys, hashKey);
        return _shardIds[place >= 0 ? place : Math.Max(~place - 1, 0)];
    }

    /// <summary>The hash key that Kinesis gives a partition key: its MD5 as a number.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "Kinesis's own choice, and no secret.")]
    public static UInt128 HashKeyOf(string partitionKey)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Encoding.UTF8.GetBytes(partitionKey), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    public static async Task<ShardMap> LoadAsync(
        IAmazonKinesis kinesis,
        string stream,
        CancellationToken cancellationToken
    )
    {
        var shards = new List<Shard>();
        var request = new ListShardsRequest { StreamName = stream };
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await kinesis.ListShardsAsync(request, cancellationToken);
            shards.AddRange(answer.Shards ?? []);
            if (string.IsNullOrEmpty(answer.NextToken))
                break;
            // ListShards refuses a name beside a token
            request = new ListShardsRequest { NextToken = answer.NextToken };
        }
        return new ShardMap(shards);
    }
}
