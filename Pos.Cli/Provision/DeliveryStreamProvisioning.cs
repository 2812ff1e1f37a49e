using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.Cli.Provision;

/// <summary>Creates the delivery stream to the warehouse, or updates its destination.</summary>
internal sealed class DeliveryStreamProvisioning(
    IAmazonKinesisFirehose firehose,
    WarehouseDestination warehouse,
    PosResources resources
)
{
    /// <summary>Firehose requires a role. LocalCloud accepts any.</summary>
    private const string LocalRole = "arn:aws:iam::000000000000:role/pos-delivery";

    /// <summary>Delivers few rows within a second, and many rows with few COPYs.</summary>
    private static BufferingHints Buffering => new() { IntervalInSeconds = 1, SizeInMBs = 8 };

    private static CopyCommand Copy =>
        new()
        {
            DataTableName = LandingCopy.Table,
            DataTableColumns = LandingCopy.Columns,
            CopyOptions = LandingCopy.Options,
        };

    /// <returns>The result for people, such as "created".</returns>
    public async Task<string> ProvisionAsync(CancellationToken cancellationToken)
    {
        DeliveryStreamDescription existing;
        try
        {
            var described = await firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = resources.DeliveryStream },
                cancellationToken
            );
            existing = described.DeliveryStreamDescription;
        }
        catch (ResourceNotFoundException)
        {
            await CreateAsync(cancellationToken);
            return "created";
        }

        // A local Postgres may have another port after each start, and an upgrade may have added columns. The
        // description does not contain the password, so it is always set.
        await firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = resources.DeliveryStream,
                CurrentDeliveryStreamVersionId = existing.VersionId,
                DestinationId = existing.Destinations[0].DestinationId,
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    ClusterJDBCURL = warehouse.JdbcUrl,
                    Username = warehouse.Username,
                    Password = warehouse.Password,
                    CopyCommand = Copy,
                },
            },
            cancellationToken
        );
        return "exists, delivers to " + warehouse.Address;
    }

    private Task CreateAsync(CancellationToken cancellationToken) =>
        firehose.CreateDeliveryStreamAsync(
            new CreateDeliveryStreamRequest
            {
                DeliveryStreamName = resources.DeliveryStream,
                DeliveryStreamType = DeliveryStreamType.DirectPut,
                RedshiftDestinationConfiguration = new RedshiftDestinationConfiguration
                {
                    RoleARN = LocalRole,
                    ClusterJDBCURL = warehouse.JdbcUrl,
                    Username = warehouse.Username,
                    Password = warehouse.Password,
                    CopyCommand = Copy,
                    RetryOptions = new RedshiftRetryOptions
                    {
                        DurationInSeconds = (int)LandingCopy.RetryDuration.TotalSeconds,
                    },
                    S3Configuration = new S3DestinationConfiguration
                    {
                        RoleARN = LocalRole,
                        BucketARN = $"arn:aws:s3:::{resources.StagingBucket}",
                        BufferingHints = Buffering,
                        CompressionFormat = CompressionFormat.GZIP,
                    },
                },
            },
            cancellationToken
        );
}
