namespace Pos.Storage;

/// <summary>
/// Names of the AWS resources, from configuration section <c>Pos:Resources</c>. The defaults are right for every local
/// backend.
/// </summary>
public sealed record PosResources
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Pos:Resources";

    /// <summary>Kinesis data stream of accepted purchases.</summary>
    public string Stream { get; init; } = "purchases";

    /// <summary>DynamoDB lookup table, one item per purchase.</summary>
    public string LookupTable { get; init; } = "purchases";

    /// <summary>
    /// Sparse global secondary index of the lookup table: customer_id, then purchased_at and purchase_id.
    /// </summary>
    public string CustomerIndex { get; init; } = "by_customer";

    /// <summary>DynamoDB table of the event source mapping's leases and checkpoints.</summary>
    public string LeaseTable { get; init; } = "purchases-leases";

    /// <summary>
    /// S3 bucket of the data lake and the quarantine. On AWS the name is unique worldwide and comes from the
    /// deployment.
    /// </summary>
    public string LakeBucket { get; init; } = "pos-lake";

    /// <summary>S3 bucket that Firehose stages its COPY objects in.</summary>
    public string StagingBucket { get; init; } = "pos-staging";

    /// <summary>Firehose delivery stream to the warehouse.</summary>
    public string DeliveryStream { get; init; } = "purchases-to-warehouse";
}
