using Amazon.DynamoDBv2.Model;
using Pos.Contracts;
using Pos.Contracts.Lookup;
using Pos.Reconciliation;
using Pos.Storage.LookupTable;
using Pos.Tests.EndToEnd;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.Reconciliation;

/// <summary>Tests the rebuild of damaged stores from the lake.</summary>
[SystemTest]
public sealed class LakeRebuildTests(PostgresServer postgres, SharedTables tableServer)
{
    private const string MadeUpPosition = "0000000000000000000000000000000000000000000000000000000000000900-000000";

    [Fact]
    public async Task A_damaged_lookup_table_is_repaired()
    {
        await using var stores = await StartAsync();
        var whole = await ItemsAsync(stores);
        await stores.ChangeLookupLineAsync("A", 1, _ => null);
        await stores.ChangeLookupLineAsync("A", 2, text =>
            text.Replace("\"unit_price\":2.55", "\"unit_price\":2.5501", StringComparison.Ordinal)
        );
        await stores.ChangeLookupLineAsync("C", 1, _ => "{}");
        await stores.Dynamo.DeleteItemAsync(stores.Resources.LookupTable, new() { ["purchase_id"] = new("B") });
        // Data that the lake never had: a line with another number, an item with another id, an item without a
        // purchase, a header of another version.
        await ChangeItemAsync(stores, "D", item => item["line_0077"] = item["line_0001"]);
        await ChangeItemAsync(stores, "D", item => item["purchase_id"] = new("X"));
        await stores.PutItemAsync(new() { ["purchase_id"] = new("Y"), ["note"] = new("no purchase") });
        await ChangeItemAsync(stores, "C", item => item[LookupTableSchema.Country] = new("Atlantis"));
        await ChangeItemAsync(stores, "E", item => item[LookupTableSchema.Position] = new(MadeUpPosition));

        var report = await stores.RebuildAsync();

        Assert.True(report.IsWhole);
        AssertClean(await stores.ReconcileAsync());
        Assert.Equal(whole, await ItemsAsync(stores));
        Assert.Equal((0, 0), (report.Warehouse.Put, report.Warehouse.Removed));
        await AssertChangesNothingAsync(stores);
    }

    [Fact]
    public async Task A_damaged_warehouse_is_repaired_with_its_rollups_and_merges_continue()
    {
        await using var stores = await StartAsync();
        var rows = await RowsAsync(stores);
        await stores.Delivery.Warehouse.ExecuteAsync(
            $"""
            ALTER TABLE purchase_lines DROP CONSTRAINT purchase_lines_pkey;
            DELETE FROM purchase_lines WHERE purchase_id = 'A' AND line = 1;
            UPDATE purchase_lines SET unit_price = 2.56 WHERE purchase_id = 'A' AND line = 2;
            INSERT INTO purchase_lines SELECT * FROM purchase_lines WHERE purchase_id = 'B';
            INSERT INTO purchase_lines SELECT * FROM purchase_lines WHERE purchase_id = 'D';
            UPDATE purchase_lines SET unit_price = 1
            WHERE purchase_id = 'D' AND ctid = (SELECT min(ctid) FROM purchase_lines WHERE purchase_id = 'D');
            UPDATE purchase_lines SET country = 'Atlantis', position = '{MadeUpPosition}'
            WHERE purchase_id = 'C' AND line = 1;
            UPDATE purchase_lines SET line = 77 WHERE purchase_id = 'C' AND line = 2;
            UPDATE purchase_lines SET purchase_id = 'X' WHERE purchase_id = 'E';
            INSERT INTO purchase_lines
            SELECT 'Y', line, customer_id, store_id, purchased_at, country, currency,
                product_id, description, quantity, unit_price, ingested_at, '1'
            FROM purchase_lines WHERE purchase_id = 'B' LIMIT 1;
            DELETE FROM purchase_slices WHERE purchase_id = 'A';
            UPDATE product_months SET units = units + 1;
            """
        );

        var report = await stores.RebuildAsync();

        Assert.True(report.IsWhole);
        AssertClean(await stores.ReconcileAsync());
        Assert.Equal(rows, await RowsAsync(stores));
        Assert.Equal((0, 0), (report.Lookup.Put, report.Lookup.Removed));
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
        await AssertChangesNothingAsync(stores);

        await stores.ProcessAsync(
            Records.Create(10, Samples.Purchase("A", lines: [Samples.Line(1, quantity: 2)]), Samples.Purchase("F"))
        );
        AssertClean(await stores.ReconcileAsync());
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
    }

    [Fact]
    public async Task Emptied_stores_are_filled_after_interrupted_rebuilds()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        await stores.ProcessAsync([
            .. Enumerable
                .Range(1, 12)
                .Select(i =>
                    Records.Create(
                        i,
                        [
                            .. Enumerable
                                .Range(0, 100)
                                .Select(p =>
                                    Samples.Purchase(
                                        $"P{i % 6}-{p}",
                                        lines: [Samples.Line(i), Samples.Line(20, quantity: i)]
                                    )
                                ),
                        ]
                    )
                ),
        ]);
        await stores.ClearLookupAsync();
        await stores.Delivery.Warehouse.ExecuteAsync("TRUNCATE purchase_lines, purchase_slices, product_months");

        // Items are written one by one. The rebuild is stopped after a few items, after more, and among the rows.
        foreach (var written in (int[])[1, 200, 590])
        {
            using var stop = new CancellationTokenSource();
            var rebuild = stores.RebuildAsync(cancellationToken: stop.Token);
            await Wait.UntilAsync(async () => rebuild.IsCompleted || (await stores.RevisionsAsync()).Count >= written);
            await stop.CancelAsync();
            await Record.ExceptionAsync(() => rebuild);
        }
        Assert.True((await stores.RebuildAsync()).IsWhole);

        var report = await stores.ReconcileAsync();
        AssertClean(report);
        Assert.All(report.Stores, store => Assert.Equal((600, 1_800), (store.Purchases, store.Lines)));
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
        await AssertChangesNothingAsync(stores);
    }

    [Fact]
    public async Task Purchases_that_arrive_during_a_rebuild_are_kept()
    {
        await using var stores = await StartAsync();
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var traffic = Task.Run(async () =>
        {
            // Corrects the same few purchases and adds new ones until the rebuilds are complete.
            for (var i = 100; !stop.IsCancellationRequested; i++)
            {
                var answer = await stores.Handler.HandleAsync(
                    [
                        Records.Create(
                            i,
                            Samples.Purchase(
                                "A",
                                customer: $"{i}",
                                Samples.Line(2, quantity: i),
                                Samples.Line(100 + (i % 50))
                            ),
                            Samples.Purchase("B", lines: Samples.Line(1, quantity: i)),
                            Samples.Purchase($"N{i}")
                        ),
                    ],
                    lease: null,
                    CancellationToken.None
                );
                Assert.Empty(answer.BatchItemFailures);
                Interlocked.Increment(ref batches);
            }
            return await stores.ItemAsync("A");
        });
        for (var round = 0; round < 3; round++)
        {
            await stores.ChangeLookupLineAsync("A", 1, text => text.Replace("2.55", "1", StringComparison.Ordinal));
            await stores.ChangeLookupLineAsync("C", 3, _ => null);
            await stores.Delivery.Warehouse.ExecuteAsync(
                """
                UPDATE purchase_lines SET unit_price = 1 WHERE purchase_id = 'A' AND line = 1;
                DELETE FROM purchase_lines WHERE purchase_id = 'C' AND line = 1;
                UPDATE purchase_lines SET purchase_id = 'X' WHERE purchase_id = 'E';
                """
            );
            // Waits for the running batch and one more.
            await stores.RebuildAsync(settle: async _ =>
            {
                var now = Volatile.Read(ref batches);
                await Wait.UntilAsync(() => Volatile.Read(ref batches) >= now + 2 || traffic.IsCompleted);
            });
        }
        await stop.CancelAsync();
        var last = await traffic;
        await stores.DeliveredAsync();

        AssertClean(await stores.ReconcileAsync());
        Assert.Equal(last![LookupTableSchema.Position].S, (await stores.ItemAsync("A"))![LookupTableSchema.Position].S);
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
    }

    [Fact]
    public async Task Lines_in_flight_and_lines_written_again_meanwhile_stay()
    {
        await using var stores = await StartAsync();
        // Simulates a batch that was written to the lookup table, but not to the lake.
        var record = Records.Create(
            20,
            Samples.Purchase("A", lines: [Samples.Line(2, quantity: 9)]),
            Samples.Purchase("G")
        );
        await stores.LookupTable.WriteAsync(
            Pos.Processor.RecordDecoder.Decode([record]).Versions,
            CancellationToken.None
        );
        var inFlight = await ItemsAsync(stores);

        await stores.RebuildAsync(settle: async _ =>
            await stores.LookupTable.WriteAsync(
                Pos.Processor.RecordDecoder.Decode([record]).Versions,
                CancellationToken.None
            )
        );
        Assert.Equal(inFlight, await ItemsAsync(stores));

        await stores.RebuildAsync(settle: async _ => await stores.ProcessAsync(record));
        Assert.Equal(inFlight, await ItemsAsync(stores));
        AssertClean(await stores.ReconcileAsync());
    }

    [Fact]
    public async Task Lines_that_the_lake_lost_are_reported_and_stay_in_the_other_stores()
    {
        await using var stores = await StartAsync();
        var items = await ItemsAsync(stores);
        var (bucket, keys) = (stores.Resources.LakeBucket, await stores.LakeKeysAsync());
        await stores.S3.DeleteObjectAsync(bucket, keys[0]);
        await stores.ChangeLookupLineAsync("B", 1, _ => null);

        var report = await stores.RebuildAsync();

        Assert.Equal((2, false), (report.NotInLake, report.IsWhole));
        Assert.Equal(items, await ItemsAsync(stores));
        Assert.Equal(2, (await stores.ReconcileAsync()).DifferenceCount);

        // The lines may be in a part of the lake that cannot be read.
        await stores.S3.PutObjectAsync(
            new()
            {
                BucketName = bucket,
                Key = keys[0],
                ContentBody = "not compressed",
            }
        );
        await stores.Delivery.Warehouse.ExecuteAsync("DELETE FROM purchase_lines WHERE purchase_id = 'A'");
        report = await stores.RebuildAsync();
        Assert.Equal((2, 1, false), (report.Doubtful, report.UnreadableInLake, report.IsWhole));
        Assert.Equal(items, await ItemsAsync(stores));
    }

    [Fact]
    public async Task A_part_of_the_lake_restores_only_its_own_lines()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        const int Hour = 3600; // A record's number is its arrival time in seconds after the first record.
        await stores.ProcessAsync(
            Records.Create(1, Samples.Purchase("A"), Samples.Purchase("B")),
            Records.Create(Hour, Samples.Purchase("A", lines: [Samples.Line(1, quantity: 2), Samples.Line(2)])),
            Records.Create(2 * Hour, Samples.Purchase("A", lines: Samples.Line(2, quantity: 3)))
        );
        var (items, rows) = (await ItemsAsync(stores), await RowsAsync(stores));
        await stores.ClearLookupAsync();
        await stores.Delivery.Warehouse.ExecuteAsync("UPDATE purchase_lines SET unit_price = 1");
        var (first, second, third) = (
            Samples.Arrival.UtcDateTime.Date.AddHours(5),
            Samples.Arrival.UtcDateTime.Date.AddHours(6),
            Samples.Arrival.UtcDateTime.Date.AddHours(7)
        );

        await stores.RebuildAsync(new(third, null), dryRun: true);
        Assert.Empty(await ItemsAsync(stores));
        await stores.RebuildAsync(new(third, null));
        Assert.Equal(
            ["A|1|1.0000", "A|2|2.5500", "B|1|1.0000"],
            await stores.Delivery.Warehouse.RowsAsync(
                "SELECT purchase_id, line, unit_price FROM purchase_lines ORDER BY 1, 2"
            )
        );
        Assert.Equal(
            ["line_0002"],
            (await stores.ItemAsync("A"))!.Keys.Where(name => name.StartsWith("line_", StringComparison.Ordinal))
        );
        Assert.Null(await stores.ItemAsync("B"));

        // The end is not included: older versions of this hour do not replace newer ones of the next hour.
        await stores.RebuildAsync(new(first, second));
        Assert.Equal(
            ["A|1|1.0000", "A|2|2.5500", "B|1|2.5500"],
            await stores.Delivery.Warehouse.RowsAsync(
                "SELECT purchase_id, line, unit_price FROM purchase_lines ORDER BY 1, 2"
            )
        );
        Assert.NotNull(await stores.ItemAsync("B"));

        await stores.RebuildAsync(new(second, third));
        AssertClean(await stores.ReconcileAsync());
        Assert.Equal(items, await ItemsAsync(stores));
        Assert.Equal(rows, await RowsAsync(stores));
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
    }

    /// <summary>Checks that another rebuild writes nothing.</summary>
    private static async Task AssertChangesNothingAsync(ReconciledStores stores)
    {
        const string Versions = "SELECT xmin, * FROM purchase_lines ORDER BY purchase_id, line";
        var (revisions, rows, slices) = (
            await stores.RevisionsAsync(),
            await stores.Delivery.Warehouse.RowsAsync(Versions),
            await stores.Delivery.Warehouse.RowsAsync("SELECT xmin, * FROM purchase_slices ORDER BY 2, 3")
        );
        var report = await stores.RebuildAsync();
        Assert.Equal(
            (0, 0, 0, 0),
            (report.Lookup.Put, report.Lookup.Removed, report.Warehouse.Put, report.Warehouse.Removed)
        );
        Assert.Equal(revisions, await stores.RevisionsAsync());
        Assert.Equal(rows, await stores.Delivery.Warehouse.RowsAsync(Versions));
        Assert.Equal(
            slices,
            await stores.Delivery.Warehouse.RowsAsync("SELECT xmin, * FROM purchase_slices ORDER BY 2, 3")
        );
    }

    private static void AssertClean(ReconciliationReport report)
    {
        Assert.Empty(report.Differences);
        Assert.Empty(report.Unreadable);
        Assert.True(report.IsClean);
    }

    /// <summary>Returns every attribute except the revision, which counts writes.</summary>
    private static async Task<List<string>> ItemsAsync(ReconciledStores stores)
    {
        var items = new List<string>();
        foreach (var purchase in (await stores.RevisionsAsync()).Keys.Order(StringComparer.Ordinal))
        {
            var item = (await stores.ItemAsync(purchase))!;
            items.AddRange(
                item.Where(attribute => attribute.Key != LookupTableSchema.Revision)
                    .Select(attribute => $"{purchase} {attribute.Key} {attribute.Value.S}")
                    .Order(StringComparer.Ordinal)
            );
        }
        return items;
    }

    private static Task<List<string>> RowsAsync(ReconciledStores stores) =>
        stores.Delivery.Warehouse.RowsAsync("SELECT * FROM purchase_lines ORDER BY purchase_id, line");

    private static async Task ChangeItemAsync(
        ReconciledStores stores,
        string purchaseId,
        Action<Dictionary<string, AttributeValue>> change
    )
    {
        var item = (await stores.ItemAsync(purchaseId))!;
        change(item);
        await stores.PutItemAsync(item);
    }

    /// <summary>
    /// Stores A, B and D; C in two versions with different headers; E without a customer and with a line of another
    /// time.
    /// </summary>
    private async Task<ReconciledStores> StartAsync()
    {
        var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        var later = Samples.Purchase(
            "C",
            customer: null,
            Samples.Line(2, quantity: -1),
            Samples.Line(3, unitPrice: 0.0001m, description: null)
        );
        await stores.ProcessAsync(
            Records.Create(1, Samples.Purchase("A", lines: [Samples.Line(1), Samples.Line(2)])),
            Records.Create(2, Samples.Purchase("B"), Samples.Purchase("D")),
            Records.Create(3, Samples.Purchase("C", lines: [Samples.Line(1), Samples.Line(2)])),
            Records.Create(
                4,
                later with
                {
                    Country = null,
                    Currency = "EUR",
                    StoreId = "S1",
                    PurchasedAt = later.PurchasedAt.AddHours(1),
                }
            ),
            Records.Create(
                5,
                Samples.Purchase(
                    "E",
                    customer: null,
                    Samples.Line(1),
                    Samples.Line(2) with
                    {
                        PurchasedAt = Samples.Arrival.AddDays(-1),
                    }
                )
            )
        );
        return stores;
    }
}
