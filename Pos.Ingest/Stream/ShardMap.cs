using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;

namespace Pos.Ingest.Stream;

/// <summary>Maps hash keys to the stream's open shards.</summary>
internal sealed class ShardMap
{
    private const int MaxPages = 100; // ListShards returns up to 1,000 shards a page.

    private readonly UInt128[] _firstHashKeys;
    private readonly string[] _shardIds;

    /// <param name="shards">The shards that ListShards returns. Closed ones are left out.</param>
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

    /// <summary>Returns the id of the shard that stores records with this hash key.</summary>
    public string ShardOf(UInt128 hashKey)
    {
        var index = Array.BinarySearch(_firstHashKeys, hashKey);
        return _shardIds[index >= 0 ? index : Math.Max(~index - 1, 0)];
    }

    /// <summary>Returns the hash key that Kinesis computes for a partition key: its MD5 as a number.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "Kinesis defines the hash; it protects nothing.")]
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
        for (var page = 0; page < MaxPages; page++)
        {
            var response = await kinesis.ListShardsAsync(request, cancellationToken);
            shards.AddRange(response.Shards ?? []);
            if (string.IsNullOrEmpty(response.NextToken))
                break;
            // ListShards rejects a request with both a name and a token.
            request = new ListShardsRequest { NextToken = response.NextToken };
        }
        return new ShardMap(shards);
    }
}
