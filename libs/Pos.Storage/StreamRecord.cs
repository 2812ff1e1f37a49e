namespace Pos.Storage;

/// <summary>A Kinesis record as the handler gets it, whether from Lambda or from the event source mapping.</summary>
/// <param name="ShardId">The shard that it was read from.</param>
/// <param name="SequenceNumber">Its place in the shard: decimal digits.</param>
/// <param name="PartitionKey">What chose the shard.</param>
/// <param name="ArrivedAt">When the stream took it.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record StreamRecord(
    string ShardId,
    string SequenceNumber,
    string PartitionKey,
    DateTimeOffset ArrivedAt,
    ReadOnlyMemory<byte> Data
);
