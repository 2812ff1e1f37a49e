using Amazon.CDK;
using Amazon.CDK.AWS.Kinesis;
using Constructs;

namespace Pos.Cdk.Stream;

/// <summary>The data stream of accepted purchases.</summary>
internal sealed class PurchaseStream : Construct
{
    public PurchaseStream(Construct scope, Stage stage)
        : base(scope, "Stream")
    {
        Retention = stage.StreamRetention;
        Stream = new Amazon.CDK.AWS.Kinesis.Stream(
            this,
            "Stream",
            new StreamProps
            {
                StreamName = stage.Resources.Stream,
                StreamMode = StreamMode.PROVISIONED,
                ShardCount = stage.Shards,
                RetentionPeriod = Duration.Hours(Retention.TotalHours),
                Encryption = StreamEncryption.MANAGED,
                RemovalPolicy = stage.Removal,
            }
        );
    }

    public Amazon.CDK.AWS.Kinesis.Stream Stream { get; }
    public TimeSpan Retention { get; }
    public string Arn => Stream.StreamArn;
}
