using System.Text.Json;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;
using Pos.Cli;
using Pos.Storage.Warehouse;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class ProvisionTests(PostgresServer postgres, SharedTables tableServer)
{
    private const string DeliveryStream = "purchases-to-warehouse";

    [Fact]
    public async Task Missing_resources_are_created_and_reported_and_a_second_run_finds_them()
    {
        using var pos = new PosCommand();
        await using var cloud = await LocalCloudServer.StartAsync();
        await tableServer.StartAsync();
        await postgres.StartAsync();
        pos.FileOf(
            "appsettings.json",
            JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["AWS_ENDPOINT_URL_KINESIS"] = cloud.Url,
                    ["AWS_ENDPOINT_URL_S3"] = cloud.Url,
                    ["AWS_ENDPOINT_URL_FIREHOSE"] = cloud.Url,
                    ["AWS_ENDPOINT_URL_DYNAMODB"] = tableServer.Url!,
                    ["ConnectionStrings:warehouse"] = postgres.ConnectionString("provisioned"),
                    ["Pos:Resources:LookupTable"] = "provisioned-purchases",
                    ["Pos:Resources:LeaseTable"] = "provisioned-leases",
                }
            )
        );

        var (code, output, errors) = await pos.RunAsync("provision", "--shards", "2");
        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        var address = new Npgsql.NpgsqlConnectionStringBuilder(postgres.ConnectionString("provisioned")) is var server
            ? $"{server.Host}:{server.Port}/provisioned"
            : "";
        string[] created =
        [
            "bucket pos-lake: created",
            "bucket pos-staging: created",
            "delivery stream purchases-to-warehouse: created",
            "stream purchases: created",
            "table provisioned-leases: created",
            "table provisioned-purchases: created",
            $"warehouse {address}: {WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count} migrations applied",
        ];
        Assert.Equal(created, Lines(output));

        (code, output, errors) = await pos.RunAsync("provision");
        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        string[] existing =
        [
            "bucket pos-lake: exists",
            "bucket pos-staging: exists",
            $"delivery stream purchases-to-warehouse: exists, delivers to {address}",
            "stream purchases: exists",
            "table provisioned-leases: exists",
            "table provisioned-purchases: exists",
            $"warehouse {address}: schema is up to date",
        ];
        Assert.Equal(existing, Lines(output));
    }

    [Fact]
    public async Task The_delivery_stream_of_an_earlier_version_gets_the_current_columns()
    {
        using var pos = new PosCommand();
        await using var cloud = await LocalCloudServer.StartAsync();
        await postgres.StartAsync();
        pos.FileOf(
            "appsettings.json",
            JsonSerializer.Serialize(
                new Dictionary<string, string>
                {
                    ["AWS_ENDPOINT_URL"] = cloud.Url,
                    ["ConnectionStrings:warehouse"] = postgres.ConnectionString("provisioned_columns"),
                }
            )
        );
        Assert.Equal(ExitCodes.Done, (await pos.RunAsync("provision")).ExitCode);
        using var firehose = new AmazonKinesisFirehoseClient(
            new BasicAWSCredentials("local", "local"),
            new AmazonKinesisFirehoseConfig { ServiceURL = cloud.Url, AuthenticationRegion = "us-east-1" }
        );
        await UpdateColumnsAsync(firehose, "purchase_id,line");

        Assert.Equal(ExitCodes.Done, (await pos.RunAsync("provision")).ExitCode);

        var copy = (await DestinationAsync(firehose)).RedshiftDestinationDescription.CopyCommand;
        Assert.Equal(LandingCopy.Columns, copy.DataTableColumns);
    }

    private static async Task UpdateColumnsAsync(AmazonKinesisFirehoseClient firehose, string columns)
    {
        var destination = await DestinationAsync(firehose);
        await firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = DeliveryStream,
                CurrentDeliveryStreamVersionId = "1",
                DestinationId = destination.DestinationId,
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    CopyCommand = new CopyCommand
                    {
                        DataTableName = LandingCopy.Table,
                        DataTableColumns = columns,
                        CopyOptions = LandingCopy.Options,
                    },
                },
            }
        );
        Assert.Equal(
            columns,
            (await DestinationAsync(firehose)).RedshiftDestinationDescription.CopyCommand.DataTableColumns
        );
    }

    private static async Task<DestinationDescription> DestinationAsync(AmazonKinesisFirehoseClient firehose) =>
        (
            await firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = DeliveryStream }
            )
        ).DeliveryStreamDescription.Destinations.Single();

    private static IEnumerable<string> Lines(string output) =>
        output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Order(StringComparer.Ordinal);
}
