using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.KinesisFirehose;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.S3;
using Constructs;
using Pos.Cdk.Lake;
using Pos.Cdk.Warehouse;
using Pos.Storage.Warehouse;

namespace Pos.Cdk.Delivery;

/// <summary>Firehose: buffers rows, stages them in S3 and loads them into the warehouse with COPY.</summary>
internal sealed class WarehouseDelivery : Construct
{
    public WarehouseDelivery(Construct scope, Stage stage, RedshiftWarehouse warehouse)
        : base(scope, "Delivery")
    {
        Interval = stage.DeliveryInterval;
        Staging = new PrivateBucket(
            this,
            "Staging",
            stage,
            new BucketProps
            {
                LifecycleRules =
                [
                    // Staged rows are also in the lake. Manifests of skipped objects expire at the same time as the
                    // objects.
                    new LifecycleRule
                    {
                        Expiration = Duration.Days(90),
                        AbortIncompleteMultipartUploadAfter = Duration.Days(7),
                    },
                ],
            }
        );
        var logs = new LogGroup(
            this,
            "Logs",
            new LogGroupProps { Retention = stage.LogRetention, RemovalPolicy = RemovalPolicy.DESTROY }
        );
        var staging = new LogStream(
            this,
            "StagingLog",
            new LogStreamProps { LogGroup = logs, RemovalPolicy = RemovalPolicy.DESTROY }
        );
        var copying = new LogStream(
            this,
            "CopyLog",
            new LogStreamProps { LogGroup = logs, RemovalPolicy = RemovalPolicy.DESTROY }
        );

        var role = new Role(this, "Role", new RoleProps { AssumedBy = new ServicePrincipal("firehose.amazonaws.com") });
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
                    Resources = [Staging.BucketArn],
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
                    Resources = [Staging.ArnForObjects("*")],
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps
                {
                    Actions = ["secretsmanager:GetSecretValue"],
                    Resources = [warehouse.Delivery.SecretArn],
                }
            )
        );
        role.AddToPolicy(
            new PolicyStatement(
                new PolicyStatementProps { Actions = ["logs:PutLogEvents"], Resources = [logs.LogGroupArn] }
            )
        );

        var stream = new CfnDeliveryStream(
            this,
            "Stream",
            new CfnDeliveryStreamProps
            {
                DeliveryStreamName = stage.Resources.DeliveryStream,
                DeliveryStreamType = "DirectPut",
                DeliveryStreamEncryptionConfigurationInput =
                    new CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty
                    {
                        KeyType = "AWS_OWNED_CMK",
                    },
                RedshiftDestinationConfiguration = new CfnDeliveryStream.RedshiftDestinationConfigurationProperty
                {
                    RoleArn = role.RoleArn,
                    ClusterJdbcurl =
                        $"jdbc:redshift://{warehouse.Host}:{RedshiftWarehouse.Port}/{RedshiftWarehouse.Database}",
                    SecretsManagerConfiguration = new CfnDeliveryStream.SecretsManagerConfigurationProperty
                    {
                        Enabled = true,
                        SecretArn = warehouse.Delivery.SecretArn,
                        RoleArn = role.RoleArn,
                    },
                    CopyCommand = new CfnDeliveryStream.CopyCommandProperty
                    {
                        DataTableName = LandingCopy.Table,
                        DataTableColumns = LandingCopy.Columns,
                        CopyOptions = LandingCopy.Options,
                    },
                    RetryOptions = new CfnDeliveryStream.RedshiftRetryOptionsProperty
                    {
                        DurationInSeconds = LandingCopy.RetryDuration.TotalSeconds,
                    },
                    CloudWatchLoggingOptions = Log(logs, copying),
                    S3Configuration = new CfnDeliveryStream.S3DestinationConfigurationProperty
                    {
                        RoleArn = role.RoleArn,
                        BucketArn = Staging.BucketArn,
                        ErrorOutputPrefix = LandingCopy.ErrorPrefix,
                        BufferingHints = new CfnDeliveryStream.BufferingHintsProperty
                        {
                            IntervalInSeconds = Interval.TotalSeconds,
                            SizeInMBs = 128,
                        },
                        CompressionFormat = "GZIP",
                        CloudWatchLoggingOptions = Log(logs, staging),
                    },
                },
            }
        );
        stream.Node.AddDependency(role);
        Name = stream.Ref;
        Arn = stream.AttrArn;
    }

    public Bucket Staging { get; }
    public string Name { get; }
    public string Arn { get; }
    public TimeSpan Interval { get; }

    private static CfnDeliveryStream.CloudWatchLoggingOptionsProperty Log(LogGroup group, LogStream stream) =>
        new()
        {
            Enabled = true,
            LogGroupName = group.LogGroupName,
            LogStreamName = stream.LogStreamName,
        };
}
