namespace Pos.Storage;

/// <summary>A Kinesis record as the handler receives it from Lambda or from the event source mapping.</summary>
/// <param name="ShardId">The shard that contains the record.</param>
/// <param name="SequenceNumber">The record's position in the shard, decimal digits.</param>
/// <param name="PartitionKey">The key that selected the shard.</param>
/// <param name="ArrivedAt">When the stream accepted the record.</param>
/// <param name="Data">The record's bytes.</param>
internal sealed record StreamRecord(
    string ShardId,
    string SequenceNumber,
    string PartitionKey,
    DateTimeOffset ArrivedAt,
    ReadOnlyMemory<byte> Data
);
