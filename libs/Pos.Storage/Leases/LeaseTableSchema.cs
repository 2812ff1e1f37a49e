using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Pos.Storage.Leases;

/// <summary>The event source mapping's table: one item per shard, who reads it and how far it has come.</summary>
public static class LeaseTableSchema
{
    /// <summary>Partition key.</summary>
    public const string ShardId = "shard_id";

    /// <summary>
    /// Sequence number up to which every record is done, or where to begin, or that the shard has ended.
    /// </summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The worker that reads the shard; absent when it was given back.</summary>
    public const string Owner = "owner";

    /// <summary>
    /// Number, one more with every write of the owner: a counter that stands still belongs to a worker that is gone.
    /// </summary>
    public const string Counter = "counter";

    /// <summary>
    /// The worker that has too few shards and asks the owner for this one, or that it was given back for; absent when
    /// there is none.
    /// </summary>
    public const string WantedBy = "wanted_by";

    /// <summary>String set: the shards that this one was split or merged from; absent when there are none.</summary>
    public const string Parents = "parents";

    /// <summary>Map, of the next three; absent when nothing was begun in lanes beyond the checkpoint.</summary>
    public const string Lanes = "lanes";

    /// <summary>Number: how many lanes, by partition key.</summary>
    public const string LaneCount = "count";

    /// <summary>Sequence number of the last record that the lanes were given.</summary>
    public const string LanesEnd = "end";

    /// <summary>Map: by lane, the sequence number beyond the checkpoint up to which its records are done.</summary>
    public const string LanesDone = "done";

    /// <summary>
    /// Map, of the next three: how far the owner is behind, as it told with its last sign of life; absent when it told
    /// nothing.
    /// </summary>
    public const string Backlog = "backlog";

    /// <summary>Number: milliseconds.</summary>
    public const string IteratorAge = "iterator_age_ms";

    /// <summary>Number: stream records.</summary>
    public const string LagRecords = "lag_records";

    /// <summary>Number: when it was told, in milliseconds since 1970 by the owner's clock.</summary>
    public const string ToldAt = "told_at";

    /// <summary>Creates the table.</summary>
    public static CreateTableRequest CreateTable(PosResources resources) =>
        new()
        {
            TableName = resources.LeaseTable,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new(ShardId, KeyType.HASH)],
            AttributeDefinitions = [new(ShardId, ScalarAttributeType.S)],
        };
}
