using System.Text.Json;
using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.PostgresCopy;
using Pos.Cli;
using Pos.Cli.Warehouse;
using Pos.Storage;
using Pos.Tests.LocalCloud.Delivery;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class BackfillTests(PostgresServer postgres)
{
    private const string Skipped = "errors/manifests/";
    private const string Done = "errors/manifests-backfilled/";

    [Fact]
    public async Task Repeated_backfills_load_skipped_objects_once()
    {
        await using var delivery = await SkippedAsync("A", "B");

        var (code, lines) = await RunAsync(delivery, dryRun: true);
        Assert.Equal(
            (ExitCodes.Done, 2),
            (code, lines.Count(line => line.EndsWith(": would be loaded", StringComparison.Ordinal)))
        );
        Assert.Equal("2 objects would be loaded, 0 are already loaded, 0 failed.", lines[^1]);
        Assert.Empty(await delivery.PurchaseIdsAsync());
        Assert.Equal(2, delivery.Keys(Skipped).Count);

        (code, lines) = await RunAsync(delivery);
        Assert.Equal(
            (ExitCodes.Done, "2 objects loaded (2 rows, 0 rejected), 0 already loaded, 0 failed."),
            (code, lines[^1])
        );
        Assert.Equal(["A", "B"], await delivery.PurchaseIdsAsync());
        Assert.Equal((0, 2), (delivery.Keys(Skipped).Count, delivery.Keys(Done).Count));
        Assert.Equal(["1|0", "1|0"], await delivery.Warehouse.RowsAsync("SELECT rows, errors FROM load_manifest"));

        (code, lines) = await RunAsync(delivery);
        Assert.Equal(
            (ExitCodes.Done, "0 objects loaded (0 rows, 0 rejected), 0 already loaded, 0 failed."),
            (code, lines[^1])
        );
        Assert.Equal(["A", "B"], await delivery.PurchaseIdsAsync());
    }

    [Fact]
    public async Task An_object_is_not_loaded_again_if_the_manifest_of_a_completed_load_is_still_there()
    {
        await using var delivery = await SkippedAsync("A");
        using var s3 = S3(delivery);
        var manifest = Assert.Single(delivery.Keys(Skipped));
        var content = await delivery.ObjectAsync(manifest);
        await RunAsync(delivery);
        // Restores the state after a kill before the manifest moved: load_manifest has the object, and the manifest
        // remains.
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = DeliveryFixture.Bucket,
                Key = manifest,
                ContentBody = content,
            }
        );

        var (code, lines) = await RunAsync(delivery);

        Assert.Equal(
            (ExitCodes.Done, "0 objects loaded (0 rows, 0 rejected), 1 already loaded, 0 failed."),
            (code, lines[^1])
        );
        Assert.Equal(1L, await delivery.Warehouse.ScalarAsync<long>("SELECT sum(rows)::bigint FROM load_manifest"));
        Assert.Equal((0, 1), (delivery.Keys(Skipped).Count, delivery.Keys(Done).Count));
    }

    [Fact]
    public async Task Two_backfills_at_once_load_each_object_once()
    {
        await using var delivery = await SkippedAsync("A", "B", "C");
        var runs = await Task.WhenAll(RunAsync(delivery), RunAsync(delivery));
        Assert.All(runs, run => Assert.Equal(ExitCodes.Done, run.Code));
        Assert.Equal(["A", "B", "C"], await delivery.PurchaseIdsAsync());
        Assert.Equal(3L, await delivery.Warehouse.ScalarAsync<long>("SELECT sum(rows)::bigint FROM load_manifest"));
    }

    [Fact]
    public async Task Objects_that_cannot_be_loaded_are_reported_and_the_others_are_loaded()
    {
        await using var delivery = await SkippedAsync("A");
        using var s3 = S3(delivery);
        await PutAsync("0-gone", """{"entries":[{"url":"s3://staging/2026/01/01/00/gone.gz","mandatory":true}]}""");
        await PutAsync("0-other", "<html>");
        await PutAsync("0-broken", """{"entries":[{"url":"s3://staging/broken.gz","mandatory":true}]}""");
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = DeliveryFixture.Bucket,
                Key = "broken.gz",
                ContentBody = "not compressed",
            }
        );

        var (code, lines) = await RunAsync(delivery);

        Assert.Equal(
            (ExitCodes.SomeRejected, "1 objects loaded (1 rows, 0 rejected), 0 already loaded, 3 failed."),
            (code, lines[^1])
        );
        Assert.Contains("s3://staging/2026/01/01/00/gone.gz: no longer exists", lines);
        Assert.Contains("s3://staging/errors/manifests/0-other: is not a manifest", lines);
        Assert.Contains(lines, line =>
            line.StartsWith("s3://staging/broken.gz: cannot be loaded", StringComparison.Ordinal)
        );
        Assert.Equal(["A"], await delivery.PurchaseIdsAsync());
        Assert.Equal(3, delivery.Keys(Skipped).Count);

        Task PutAsync(string name, string content) =>
            s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = DeliveryFixture.Bucket,
                    Key = Skipped + name,
                    ContentBody = content,
                }
            );
    }

    [Fact]
    public async Task The_command_finds_the_running_system_and_reports_when_it_is_unavailable()
    {
        using var pos = new PosCommand();
        Assert.Equal(ExitCodes.Unusable, (await pos.RunAsync("warehouse", "backfill")).ExitCode);
        await using (var delivery = await SkippedAsync("A"))
        {
            Directory.CreateDirectory(Path.Combine(pos.Folder, ".pos"));
            await File.WriteAllTextAsync(
                Path.Combine(pos.Folder, ".pos", "endpoints.json"),
                JsonSerializer.Serialize(
                    new Dictionary<string, string>
                    {
                        ["AWS_ENDPOINT_URL_S3"] = delivery.Server.Url,
                        ["AWS_ENDPOINT_URL_FIREHOSE"] = delivery.Server.Url,
                        ["warehouse"] = delivery.Warehouse.ConnectionString,
                        ["AWS_REGION"] = "us-east-1",
                        ["AWS_ACCESS_KEY_ID"] = "any",
                        ["AWS_SECRET_ACCESS_KEY"] = "any",
                    }
                )
            );
            var (code, output, errors) = await pos.RunAsync("warehouse", "backfill", "--dry-run");
            Assert.Equal((ExitCodes.Done, ""), (code, errors));
            Assert.EndsWith(
                "1 objects would be loaded, 0 are already loaded, 0 failed.\n",
                output.ReplaceLineEndings("\n"),
                StringComparison.Ordinal
            );
        }
        var unavailable = await pos.RunAsync("warehouse", "backfill");
        Assert.Equal(ExitCodes.Unavailable, unavailable.ExitCode);
        Assert.StartsWith("backfill failed: ", unavailable.Errors, StringComparison.Ordinal);
    }

    /// <summary>Returns a delivery that skipped one object for each purchase and whose table is correct now.</summary>
    private async Task<DeliveryFixture> SkippedAsync(params string[] purchases)
    {
        var delivery = await DeliveryFixture.StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
        {
            destination.RetryOptions.DurationInSeconds = 0;
            destination.CopyCommand.DataTableName = "no_such_table";
        });
        for (var i = 0; i < purchases.Length; i++)
        {
            await delivery.PutAsync(DeliveryFixture.Row(purchases[i]));
            await Wait.UntilAsync(() => delivery.State().SkippedObjects == i + 1);
        }
        await delivery.Firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = DeliveryFixture.Stream,
                CurrentDeliveryStreamVersionId = "1",
                DestinationId = "destinationId-000000000001",
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    CopyCommand = DeliveryFixture.Destination(delivery.Warehouse.ConnectionString).CopyCommand,
                },
            }
        );
        return delivery;
    }

    private static async Task<(int Code, string[] Lines)> RunAsync(DeliveryFixture delivery, bool dryRun = false)
    {
        using var s3 = S3(delivery);
        await using var output = new StringWriter();
        var backfill = new Backfill(
            delivery.Firehose,
            s3,
            delivery.Warehouse.Source,
            new PosResources { DeliveryStream = DeliveryFixture.Stream },
            new ObjectLoader(TimeProvider.System),
            output
        );
        var code = await backfill.RunAsync(dryRun, CancellationToken.None);
        return (code, output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private static AmazonS3Client S3(DeliveryFixture delivery) =>
        new(
            new BasicAWSCredentials("any", "any"),
            new AmazonS3Config
            {
                ServiceURL = delivery.Server.Url,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
}
