using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Pos.Storage.Leases;

/// <summary>Defines the event source mapping's lease table: one item per shard with owner and checkpoint.</summary>
public static class LeaseTableSchema
{
    /// <summary>Partition key.</summary>
    public const string ShardId = "shard_id";

    /// <summary>
    /// Sequence number up to which every record is processed, or the starting position, or the end of the shard.
    /// </summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The worker that reads the shard; absent when the lease is free.</summary>
    public const string Owner = "owner";

    /// <summary>
    /// Number, incremented with every write of the owner. A lease whose counter does not change has expired.
    /// </summary>
    public const string Counter = "counter";

    /// <summary>
    /// The worker with too few shards that requested this lease, or for which it was released; absent when there is
    /// none.
    /// </summary>
    public const string WantedBy = "wanted_by";

    /// <summary>String set: parents of the shard, from a split or merge; absent when there are none.</summary>
    public const string Parents = "parents";

    /// <summary>Map with the next three attributes; absent when no lane is beyond the checkpoint.</summary>
    public const string Lanes = "lanes";

    /// <summary>Number of lanes. The partition key selects the lane of a record.</summary>
    public const string LaneCount = "count";

    /// <summary>Sequence number of the last record assigned to a lane.</summary>
    public const string LanesEnd = "end";

    /// <summary>
    /// Map from lane to the sequence number beyond the checkpoint up to which its records are processed.
    /// </summary>
    public const string LanesDone = "done";

    /// <summary>
    /// Map with the next three attributes: the backlog that the owner reported with its last renewal; absent when it
    /// reported none.
    /// </summary>
    public const string Backlog = "backlog";

    /// <summary>Number: age of the oldest unprocessed record in milliseconds.</summary>
    public const string IteratorAge = "iterator_age_ms";

    /// <summary>Number: estimated unprocessed stream records.</summary>
    public const string LagRecords = "lag_records";

    /// <summary>Number: time of the report in milliseconds since 1970, by the owner's clock.</summary>
    public const string ReportedAt = "told_at";

    /// <summary>Returns the request that creates the table.</summary>
    public static CreateTableRequest CreateTable(PosResources resources) =>
        new()
        {
            TableName = resources.LeaseTable,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new(ShardId, KeyType.HASH)],
            AttributeDefinitions = [new(ShardId, ScalarAttributeType.S)],
        };
}
