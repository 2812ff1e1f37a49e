using Amazon.CDK;
using Amazon.CDK.AWS.S3;
using Constructs;

namespace Pos.Cdk.Lake;

/// <summary>The bucket of the data lake, the quarantine, and records that Lambda gave up.</summary>
internal sealed class PurchaseLake : Construct
{
    public const string Purchases = "purchases/";
    public const string Quarantine = "quarantine/";

    /// <summary>
    /// Prefix that Lambda uses for an on-failure destination: <c>aws/lambda/MAPPING/SHARD/YYYY/MM/DD/…</c>.
    /// </summary>
    public const string GivenUp = "aws/lambda/";

    public PurchaseLake(Construct scope, Stage stage)
        : base(scope, "Lake") =>
        Bucket = new PrivateBucket(
            this,
            "Bucket",
            stage,
            new BucketProps
            {
                // A redelivered batch overwrites its object. Versions make every overwrite visible.
                Versioned = stage.IsProduction,
                LifecycleRules =
                [
                    new LifecycleRule
                    {
                        Prefix = Purchases,
                        Transitions =
                        [
                            new Transition
                            {
                                StorageClass = StorageClass.INTELLIGENT_TIERING,
                                TransitionAfter = Duration.Days(30),
                            },
                        ],
                    },
                    new LifecycleRule
                    {
                        AbortIncompleteMultipartUploadAfter = Duration.Days(7),
                        NoncurrentVersionExpiration = Duration.Days(30),
                    },
                ],
                // S3 counts all writes.
                Metrics =
                [
                    new BucketMetrics { Id = "quarantine", Prefix = Quarantine },
                    new BucketMetrics { Id = "given-up", Prefix = GivenUp },
                ],
            }
        );

    public Bucket Bucket { get; }
}

/// <summary>A bucket that only its account can access, with TLS only.</summary>
internal sealed class PrivateBucket(Construct scope, string id, Stage stage, BucketProps props)
    : Bucket(scope, id, Closed(stage, props))
{
    private static BucketProps Closed(Stage stage, BucketProps props)
    {
        props.BlockPublicAccess = BlockPublicAccess.BLOCK_ALL;
        props.ObjectOwnership = Amazon.CDK.AWS.S3.ObjectOwnership.BUCKET_OWNER_ENFORCED;
        props.Encryption = BucketEncryption.S3_MANAGED;
        props.EnforceSSL = true;
        props.MinimumTLSVersion = 1.2;
        props.RemovalPolicy = stage.Removal;
        props.AutoDeleteObjects = !stage.IsProduction;
        return props;
    }
}
