using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using LocalCloud.Delivery;
using LocalCloud.PostgresCopy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Pos.Tests.Postgres;
using Xunit;
using static LocalCloud.Tests.Support.Wait;
using static Pos.Tests.LocalCloud.Delivery.DeliveryFixture;

namespace Pos.Tests.LocalCloud.Delivery;

[SystemTest("POS_SOAK_SEEDS")]
public sealed class DeliveryTests(PostgresServer postgres)
{
    [Fact]
    public async Task Records_reach_the_warehouse_through_one_staged_object()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination => destination.S3Configuration.Prefix = "loads/");

        var answer = await delivery.PutAsync(
            Row("A", 1) + Row("A", 2, price: "0.0001"),
            Row("B", price: "-12345678901234.5").TrimEnd()
        );
        Assert.Equal(0, answer.FailedPutCount);
        Assert.All(answer.RequestResponses, response => Assert.NotEmpty(response.RecordId));

        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).Count == 3);
        Assert.Equal(
            ["A|1|2.5500", "A|2|0.0001", "B|1|-12345678901234.5000"],
            await delivery.Warehouse.RowsAsync("SELECT purchase_id, line, unit_price FROM purchase_lines ORDER BY 1, 2")
        );
        var key = Assert.Single(delivery.Staged());
        Assert.Matches(@"^loads/\d{4}/\d\d/\d\d/\d\d/purchases-to-warehouse-1-\d{4}(-\d\d){5}-[0-9a-f-]{36}\.gz$", key);
        Assert.Equal(
            Row("A", 1) + Row("A", 2, price: "0.0001") + Row("B", price: "-12345678901234.5"),
            await delivery.ObjectAsync(key)
        );
        Assert.Equal(
            [$"s3://staging/{key}|3|0|1"],
            await delivery.Warehouse.RowsAsync("SELECT object, rows, errors, attempt FROM load_manifest")
        );
    }

    [Fact]
    public async Task Each_object_has_a_manifest_for_COPY()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination => destination.S3Configuration.Prefix = "loads/");
        await delivery.PutAsync(Row("A"));
        await UntilAsync(() => delivery.State().Objects == 1);

        var staged = Assert.Single(delivery.Staged());
        var manifest = Assert.Single(delivery.Keys("manifests/"));
        Assert.Equal($"manifests/{staged["loads/".Length..]}.manifest", manifest);
        Assert.Equal(
            $$"""{"entries":[{"url":"s3://staging/{{staged}}","mandatory":true}]}""",
            await delivery.ObjectAsync(manifest)
        );
    }

    [Fact]
    public async Task Source_records_are_backed_up_unchanged_and_backup_cannot_be_disabled()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();
        await delivery.PutAsync(Row("before"));
        await UntilAsync(() => delivery.State().Objects == 1);
        Assert.Empty(delivery.Keys("backup/"));

        await UpdateAsync(
            "1",
            new RedshiftDestinationUpdate
            {
                S3BackupMode = RedshiftS3BackupMode.Enabled,
                S3BackupUpdate = new S3DestinationUpdate
                {
                    RoleARN = "arn:aws:iam::000000000000:role/firehose",
                    BucketARN = "arn:aws:s3:::staging",
                    Prefix = "backup/",
                    CompressionFormat = CompressionFormat.GZIP,
                },
            }
        );
        // Any content is backed up, without an added line end.
        await delivery.PutAsync(Row("A").TrimEnd(), "no row at all");
        await UntilAsync(() => delivery.State().Objects == 2);

        var backup = Assert.Single(delivery.Keys("backup/"));
        Assert.Matches(@"^backup/\d{4}/\d\d/\d\d/\d\d/purchases-to-warehouse-2-.*\.gz$", backup);
        Assert.Equal(Row("A").TrimEnd() + "no row at all", await delivery.ObjectAsync(backup));
        var rejected = await Assert.ThrowsAsync<InvalidArgumentException>(() =>
            UpdateAsync("2", new RedshiftDestinationUpdate { S3BackupMode = RedshiftS3BackupMode.Disabled })
        );
        Assert.Contains("S3BackupMode", rejected.Message);
        var described = (
            await delivery.Firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = DeliveryFixture.Stream }
            )
        )
            .DeliveryStreamDescription
            .Destinations[0]
            .RedshiftDestinationDescription;
        Assert.Equal(
            (RedshiftS3BackupMode.Enabled, "backup/"),
            (described.S3BackupMode, described.S3BackupDescription.Prefix)
        );

        async Task UpdateAsync(string version, RedshiftDestinationUpdate update) =>
            await delivery.Firehose.UpdateDestinationAsync(
                new UpdateDestinationRequest
                {
                    DeliveryStreamName = DeliveryFixture.Stream,
                    CurrentDeliveryStreamVersionId = version,
                    DestinationId = await DestinationIdAsync(delivery),
                    RedshiftDestinationUpdate = update,
                }
            );
    }

    [Fact]
    public async Task Records_behind_damage_are_delivered_and_the_damage_is_logged_with_file_and_offset()
    {
        using var logs = new LogLines();
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 900
        );
        foreach (var purchase in new[] { "first", "second", "third" })
            await delivery.PutAsync(Row(purchase));
        await delivery.Server.DisposeAsync();
        var file = Directory
            .GetFiles(delivery.Folder, "*.log", SearchOption.AllDirectories)
            .Single(path =>
                Path.GetRelativePath(delivery.Folder, path).StartsWith("delivery", StringComparison.Ordinal)
            );
        var bytes = await File.ReadAllBytesAsync(file);
        var length = bytes.Length / 3;
        bytes[length + 40] ^= 1; // in the data of the second record
        await File.WriteAllBytesAsync(file, bytes);

        await delivery.RestartAsync(
            builder => builder.Logging.AddProvider(logs),
            "--Logging:LogLevel:LocalCloud.Delivery=Error"
        );
        var damaged = Assert.Single(delivery.State().Damaged);
        Assert.Equal(file, damaged.File);
        Assert.InRange(length + 40, damaged.Offset, damaged.Offset + damaged.Bytes);
        Assert.Contains(logs.All, line =>
            line.Contains($"'{file}' is damaged at offset {damaged.Offset}", StringComparison.Ordinal)
        );
        await delivery.Firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = DeliveryFixture.Stream,
                CurrentDeliveryStreamVersionId = "1",
                DestinationId = await DestinationIdAsync(delivery),
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    S3Update = new S3DestinationUpdate
                    {
                        BufferingHints = new BufferingHints { IntervalInSeconds = 0, SizeInMBs = 1 },
                    },
                },
            }
        );

        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["first", "third"]));
        await UntilAsync(() => delivery.State().BacklogBytes == 0);
    }

    [Theory]
    [InlineData(DeliveryPoint.BatchCut)]
    [InlineData(DeliveryPoint.ObjectStaged)]
    [InlineData(DeliveryPoint.CopyCommitted)]
    [InlineData(DeliveryPoint.Merged)]
    public async Task A_stop_between_any_two_steps_loses_and_duplicates_nothing(DeliveryPoint point)
    {
        var halt = new Halt(point);
        await using var delivery = await StartAsync(postgres, halt.Configure, "--LocalCloud:Delivery:AfterCopySql=");
        await delivery.CreateStreamAsync();
        await delivery.PutAsync(Row("first"));
        await halt.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await delivery.PutAsync(Row("second"));

        await delivery.RestartAsync(null, "--LocalCloud:Delivery:AfterCopySql=");

        await UntilAsync(() => delivery.State().BacklogBytes == 0);
        // No merge: it would hide a row that was loaded twice.
        Assert.Equal(
            ["first", "second"],
            await delivery.Warehouse.RowsAsync("SELECT purchase_id FROM purchase_lines_landing ORDER BY 1")
        );
        Assert.Equal(2, delivery.Staged().Count);
        Assert.Equal(2L, await delivery.Warehouse.ScalarAsync<long>("SELECT count(*) FROM load_manifest"));
    }

    /// <summary><c>POS_SOAK_SEEDS=50</c> kills the process fifty times instead of a few.</summary>
    [Fact]
    public async Task The_next_process_delivers_the_records_that_a_killed_process_acknowledged()
    {
        var runs = int.TryParse(
            Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"),
            CultureInfo.InvariantCulture,
            out var soak
        )
            ? soak
            : 3;
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();
        await delivery.Server.DisposeAsync();
        var acknowledged = new List<string>();

        for (var run = 0; run < runs; run++)
        {
            await using var process = await LocalCloudProcess.StartAsync(delivery.Folder);
            using var firehose = Client(process.Url);
            var killAfter = acknowledged.Count + 30;
            await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(writer =>
                        Task.Run(async () =>
                        {
                            for (var i = 0; ; i++)
                            {
                                var id = string.Create(CultureInfo.InvariantCulture, $"{run}-{writer}-{i}");
                                try
                                {
                                    await firehose.PutRecordAsync(
                                        new PutRecordRequest
                                        {
                                            DeliveryStreamName = DeliveryFixture.Stream,
                                            Record = Record(Row(id)),
                                        }
                                    );
                                }
                                catch (Exception) when (process.IsKilled)
                                {
                                    return;
                                }
                                lock (acknowledged)
                                {
                                    acknowledged.Add(id);
                                    if (acknowledged.Count == killAfter)
                                        process.Kill();
                                }
                            }
                        })
                    )
            );
        }

        await delivery.RestartAsync();
        await UntilAsync(() => delivery.State().BacklogBytes == 0);
        var stored = await delivery.PurchaseIdsAsync();
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(
            stored.Count,
            await delivery.Warehouse.ScalarAsync<long>("SELECT sum(rows)::bigint FROM load_manifest")
        );
    }

    [Fact]
    public async Task Puts_are_acknowledged_while_the_warehouse_is_unavailable_and_delivered_afterwards()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
            destination.ClusterJDBCURL = $"jdbc:redshift://127.0.0.1:{Loopback.FreePort()}/pos"
        );
        await delivery.CreateStreamAsync("other");

        await delivery.PutAsync(Row("A"));
        await UntilAsync(() => delivery.State().LastError is not null);
        await delivery.PutAsync(Row("B"));
        await delivery.PutToAsync("other", Row("C"));
        // delivery streams do not wait for each other
        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["C"]));

        await delivery.Firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = DeliveryFixture.Stream,
                CurrentDeliveryStreamVersionId = "1",
                DestinationId = await DestinationIdAsync(delivery),
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    ClusterJDBCURL = JdbcUrl(delivery.Warehouse.ConnectionString),
                },
            }
        );

        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["A", "B", "C"]));
        Assert.True(await delivery.Warehouse.ScalarAsync<int>("SELECT max(attempt) FROM load_manifest") > 1);
        Assert.Equal(0, delivery.State().SkippedObjects);
    }

    [Fact]
    public async Task The_start_and_the_end_of_an_outage_are_logged()
    {
        using var logs = new LogLines();
        var warehouse = new WarehouseUnavailable(attempts: 4);
        await using var delivery = await StartAsync(
            postgres,
            builder =>
            {
                builder.Logging.AddProvider(logs);
                builder.Services.AddSingleton<IWarehouseLoader>(warehouse);
            },
            "--Logging:LogLevel:LocalCloud.Delivery=Information"
        );
        await delivery.CreateStreamAsync();
        await delivery.PutAsync(Row("A"));
        await UntilAsync(() => delivery.State() is { Objects: 1, BacklogBytes: 0 });

        var logged = logs
            .All.Where(line =>
                line.Contains("failed", StringComparison.Ordinal) || line.Contains("resumed", StringComparison.Ordinal)
            )
            .ToArray();
        Assert.Equal(2, logged.Length);
        Assert.EndsWith("failed; retrying. NpgsqlException: Unavailable.", logged[0], StringComparison.Ordinal);
        Assert.Equal($"Information: Delivery stream {DeliveryFixture.Stream}: delivery resumed", logged[1]);
        Assert.Null(delivery.State().LastError);
    }

    /// <summary>A warehouse that is unavailable for a few attempts.</summary>
    private sealed class WarehouseUnavailable(int attempts) : IWarehouseLoader
    {
        public Task<LoadResult> CopyAsync(
            global::LocalCloud.Delivery.Destination destination,
            DeliveryBatch batch,
            int attempt,
            CancellationToken cancellationToken
        ) =>
            attempt > attempts
                ? Task.FromResult(new LoadResult(1, 0, WasLoaded: false))
                : throw new NpgsqlException("Unavailable.");

        public Task AfterCopyAsync(
            global::LocalCloud.Delivery.Destination destination,
            CancellationToken cancellationToken
        ) => Task.CompletedTask;
    }

    [Fact]
    public async Task An_updated_destination_survives_a_restart()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
            destination.ClusterJDBCURL = $"jdbc:redshift://127.0.0.1:{Loopback.FreePort()}/pos"
        );
        var update = new UpdateDestinationRequest
        {
            DeliveryStreamName = DeliveryFixture.Stream,
            CurrentDeliveryStreamVersionId = "1",
            DestinationId = await DestinationIdAsync(delivery),
            RedshiftDestinationUpdate = new RedshiftDestinationUpdate
            {
                ClusterJDBCURL = JdbcUrl(delivery.Warehouse.ConnectionString),
            },
        };
        await delivery.Firehose.UpdateDestinationAsync(update);
        await Assert.ThrowsAsync<ConcurrentModificationException>(() =>
            delivery.Firehose.UpdateDestinationAsync(update)
        );

        await delivery.RestartAsync();

        var described = (
            await delivery.Firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = DeliveryFixture.Stream }
            )
        ).DeliveryStreamDescription;
        Assert.Equal("2", described.VersionId);
        Assert.Equal(
            JdbcUrl(delivery.Warehouse.ConnectionString),
            described.Destinations[0].RedshiftDestinationDescription.ClusterJDBCURL
        );
        await delivery.PutAsync(Row("A"));
        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["A"]));
    }

    [Fact]
    public async Task An_object_past_its_retry_time_is_skipped_with_a_manifest_and_the_next_is_loaded()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
        {
            destination.RetryOptions.DurationInSeconds = 0;
            destination.CopyCommand.DataTableName = "no_such_table";
        });
        await delivery.PutAsync(Row("A"));
        await UntilAsync(() => delivery.State() is { SkippedObjects: 1, BacklogBytes: 0 });

        var manifest = Assert.Single(delivery.Keys("errors/manifests/"));
        var staged = Assert.Single(delivery.Staged());
        Assert.Equal(
            await delivery.ObjectAsync(manifest),
            await delivery.ObjectAsync(manifest.Replace("errors/", "", StringComparison.Ordinal))
        );
        var entries = JsonNode.Parse(await delivery.ObjectAsync(manifest))!["entries"]!.AsArray();
        Assert.Equal($"s3://staging/{staged}", (string?)Assert.Single(entries)!["url"]);
        Assert.Contains("no_such_table", delivery.State().LastError);
        Assert.Equal(0L, await delivery.Warehouse.ScalarAsync<long>("SELECT count(*) FROM load_manifest"));

        await delivery.Firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = DeliveryFixture.Stream,
                CurrentDeliveryStreamVersionId = "1",
                DestinationId = await DestinationIdAsync(delivery),
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    CopyCommand = Destination(delivery.Warehouse.ConnectionString).CopyCommand,
                },
            }
        );
        await delivery.PutAsync(Row("B"));
        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["B"]));
        using var http = new HttpClient { BaseAddress = new Uri(delivery.Server.Url) };
        var states = await http.GetFromJsonAsync<JsonElement>("_delivery");
        Assert.Equal(1, states[0].GetProperty("skipped_objects").GetInt64());
        Assert.Equal(1, states[0].GetProperty("skippedObjects").GetInt64()); // the name of the release before
    }

    [Fact]
    public async Task Records_are_buffered_up_to_the_time_or_size_of_the_buffering_hints()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 59, 30, TimeSpan.Zero));
        await using var delivery = await StartAsync(postgres, builder =>
            builder.Services.AddSingleton<TimeProvider>(time)
        );
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 60
        );

        await delivery.PutAsync(Row("A"));
        time.Advance(TimeSpan.FromSeconds(59));
        await delivery.PutAsync(Row("B"));
        Assert.Equal(0, delivery.State().Objects);
        // The delivery may notice the first record late, so the clock goes on until the interval has passed for it too.
        await UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return (await delivery.PurchaseIdsAsync()).SequenceEqual(["A", "B"]);
        });
        Assert.StartsWith(
            "2026/01/02/03/purchases-to-warehouse-1-2026-01-02-03-59-30-",
            Assert.Single(delivery.Staged())
        );

        var large = Enumerable
            .Range(0, 4000)
            .Select(i => Row($"C{i:D4}"))
            .Chunk(100)
            .Select(rows => string.Concat(rows));
        await delivery.PutAsync(large); // about 1.4 MB; no time passes
        await UntilAsync(() => delivery.State().Objects == 2);
    }

    private static async Task<string> DestinationIdAsync(DeliveryFixture delivery) =>
        (
            await delivery.Firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = DeliveryFixture.Stream }
            )
        )
            .DeliveryStreamDescription
            .Destinations[0]
            .DestinationId;
}
