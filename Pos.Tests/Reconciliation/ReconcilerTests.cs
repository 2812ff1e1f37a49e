using Pos.Contracts;
using Pos.Contracts.Lookup;
using Pos.Reconciliation;
using Pos.Tests.EndToEnd;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Xunit;

namespace Pos.Tests.Reconciliation;

[SystemTest]
public sealed class ReconcilerTests(PostgresServer postgres, SharedTables tableServer)
{
    [Fact]
    public async Task All_stores_have_the_sample_with_the_totals_of_the_file()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        var lines = Line.FromCsv(Path.Combine(Repository.Folder, "samples", "purchases.csv"));
        Purchase[] purchases = [.. lines.GroupBy(line => line.PurchaseId).Select(ToPurchase)];
        await stores.ProcessAsync([.. purchases.Chunk(500).Select((chunk, i) => Records.Create(i + 1, chunk))]);

        var report = await stores.ReconcileAsync();

        AssertDifferences(report);
        Assert.True(report.IsClean);
        Assert.Equal(["lake", "lookup", "warehouse"], report.Stores.Select(store => store.Store));
        var net = lines
            .GroupBy(line => line.Currency)
            .ToDictionary(same => same.Key, same => same.Sum(line => line.Quantity * line.UnitPrice));
        Assert.All(report.Stores, store =>
        {
            Assert.Equal(
                ((long)purchases.Length, (long)lines.Count, lines.Sum(line => (long)line.Quantity)),
                (store.Purchases, store.Lines, store.Units)
            );
            Assert.Equal(net.OrderBy(amount => amount.Key, StringComparer.Ordinal), store.Net.AsEnumerable());
        });
    }

    [Fact]
    public async Task Different_headers_of_versions_are_not_a_difference_but_a_changed_header_is()
    {
        await using var stores = await StartAsync();
        Assert.True((await stores.ReconcileAsync()).IsClean);

        await stores.Delivery.Warehouse.ExecuteAsync(
            "UPDATE purchase_lines SET country = 'Atlantis' WHERE purchase_id = 'C' AND line = 1"
        );

        var difference = Assert.Single((await stores.ReconcileAsync()).Differences);
        Assert.Equal(("C", 1, DifferenceKinds.Differing), (difference.PurchaseId, difference.Line, difference.Kind));
        Assert.Equal(
            new FieldDifference("country", "United Kingdom", null, "Atlantis"),
            Assert.Single(difference.Fields)
        );
    }

    [Fact]
    public async Task Differences_of_the_lookup_table_are_named()
    {
        await using var stores = await StartAsync();
        await stores.ChangeLookupLineAsync("A", 2, _ => null);
        await stores.ChangeLookupLineAsync("B", 1, text =>
            text.Replace("\"unit_price\":2.55", "\"unit_price\":2.5501", StringComparison.Ordinal)
        );

        var report = await stores.ReconcileAsync();

        AssertDifferences(report, ("A", 2, DifferenceKinds.NotInLookup), ("B", 1, DifferenceKinds.Differing));
        Assert.Equal(
            new FieldDifference("unit_price", "2.55", "2.5501", "2.55"),
            Assert.Single(report.Differences[1].Fields)
        );
        Assert.Equal(2, report.Stores.Select(store => store.Checksum).Distinct().Count());

        await stores.ChangeLookupLineAsync("B", 1, _ => "{}");
        Assert.Equal(1, (await stores.ReconcileAsync()).UnreadableCount);
    }

    [Fact]
    public async Task Differences_of_the_warehouse_are_named()
    {
        await using var stores = await StartAsync();
        await stores.Delivery.Warehouse.ExecuteAsync(
            """
            ALTER TABLE purchase_lines DROP CONSTRAINT purchase_lines_pkey;
            DELETE FROM purchase_lines WHERE purchase_id = 'A' AND line = 1;
            UPDATE purchase_lines SET unit_price = 2.56 WHERE purchase_id = 'A' AND line = 2;
            INSERT INTO purchase_lines SELECT * FROM purchase_lines WHERE purchase_id = 'B';
            """
        );

        var report = await stores.ReconcileAsync();

        AssertDifferences(
            report,
            ("A", 1, DifferenceKinds.NotInWarehouse),
            ("A", 2, DifferenceKinds.Differing),
            ("B", 1, DifferenceKinds.DoubledInWarehouse)
        );
        Assert.Equal(
            new FieldDifference("unit_price", "2.55", "2.55", "2.56"),
            Assert.Single(report.Differences[1].Fields)
        );
        Assert.Equal(report.Stores[0].Checksum, report.Stores[1].Checksum);
    }

    [Fact]
    public async Task Differences_of_the_lake_are_named()
    {
        await using var stores = await StartAsync();
        var (bucket, keys) = (stores.Resources.LakeBucket, await stores.LakeKeysAsync());
        await stores.S3.DeleteObjectAsync(bucket, keys[0]);
        await stores.S3.CopyObjectAsync(bucket, keys[1], bucket, keys[1] + ".copy");
        await stores.S3.PutObjectAsync(
            new()
            {
                BucketName = bucket,
                Key = "purchases/other.json.gz",
                ContentBody = "not compressed",
            }
        );

        var report = await stores.ReconcileAsync();

        AssertDifferences(
            report,
            ("A", 1, DifferenceKinds.NotInLake),
            ("A", 2, DifferenceKinds.NotInLake),
            ("B", 1, DifferenceKinds.TwiceInLake)
        );
        Assert.Equal(1, report.UnreadableCount);
        Assert.StartsWith($"s3://{bucket}/purchases/other.json.gz: ", report.Unreadable[0], StringComparison.Ordinal);
        Assert.False(report.IsClean);
    }

    [Fact]
    public async Task A_deleted_line_and_a_changed_price_in_a_lake_object_are_named()
    {
        await using var stores = await StartAsync();
        await stores.ChangeLakeObjectAsync((await stores.LakeKeysAsync())[0], text =>
        {
            var lines = text.IndexOf("\"lines\":[", StringComparison.Ordinal);
            return text.Remove(
                text.IndexOf(",{\"line\":2", lines, StringComparison.Ordinal),
                text.IndexOf(']', lines) - text.IndexOf(",{\"line\":2", lines, StringComparison.Ordinal)
            );
        });
        await stores.ChangeLakeObjectAsync((await stores.LakeKeysAsync())[1], text =>
            text.Replace("\"unit_price\":2.55", "\"unit_price\":2.54", StringComparison.Ordinal)
        );

        var report = await stores.ReconcileAsync();

        AssertDifferences(report, ("A", 2, DifferenceKinds.NotInLake), ("B", 1, DifferenceKinds.Differing));
        Assert.Equal(
            new FieldDifference("unit_price", "2.54", "2.55", "2.55"),
            Assert.Single(report.Differences[1].Fields)
        );
    }

    [Fact]
    public async Task A_line_that_only_one_store_has_is_named()
    {
        await using var stores = await StartAsync();
        await stores.Delivery.Warehouse.ExecuteAsync(
            """
            DELETE FROM purchase_lines WHERE purchase_id = 'A' AND line = 1;
            UPDATE purchase_lines SET purchase_id = 'X' WHERE purchase_id = 'B';
            """
        );
        await stores.ChangeLookupLineAsync("A", 1, _ => null);
        await stores.Dynamo.DeleteItemAsync(stores.Resources.LookupTable, new() { ["purchase_id"] = new("B") });

        AssertDifferences(
            await stores.ReconcileAsync(),
            ("A", 1, DifferenceKinds.InLakeOnly),
            ("B", 1, DifferenceKinds.InLakeOnly),
            ("X", 1, DifferenceKinds.InWarehouseOnly)
        );
    }

    [Fact]
    public async Task The_first_hundred_differences_are_listed_and_all_are_counted()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        await stores.ProcessAsync(
            Records.Create(1, [.. Enumerable.Range(1000, 120).Select(i => Samples.Purchase($"P{i}"))])
        );
        await stores.Delivery.Warehouse.ExecuteAsync("DELETE FROM purchase_lines");

        var report = await stores.ReconcileAsync();

        Assert.Equal(120, report.DifferenceCount);
        Assert.Equal(
            Enumerable.Range(1000, 100).Select(i => $"P{i}"),
            report.Differences.Select(difference => difference.PurchaseId)
        );
    }

    private static void AssertDifferences(ReconciliationReport report, params (string, int, string)[] expected)
    {
        Assert.Equal(
            expected,
            report.Differences.Select(difference => (difference.PurchaseId, difference.Line, difference.Kind))
        );
        Assert.Equal(expected.Length, report.DifferenceCount);
    }

    /// <summary>
    /// Stores A and B; C in two versions. The second one has another header, replaces line 2 and adds line 3.
    /// </summary>
    private async Task<ReconciledStores> StartAsync()
    {
        var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        var second = Samples.Purchase(
            "C",
            customer: null,
            Samples.Line(2, quantity: -1),
            Samples.Line(3, unitPrice: 0.0001m)
        );
        await stores.ProcessAsync(
            Records.Create(1, Samples.Purchase("A", lines: [Samples.Line(1), Samples.Line(2)])),
            Records.Create(2, Samples.Purchase("B")),
            Records.Create(3, Samples.Purchase("C", lines: [Samples.Line(1), Samples.Line(2)])),
            Records.Create(
                4,
                second with
                {
                    Country = "France",
                    Currency = "EUR",
                    PurchasedAt = second.PurchasedAt.AddHours(1),
                }
            )
        );
        return stores;
    }

    private static Purchase ToPurchase(IEnumerable<Line> purchaseLines)
    {
        Line[] lines = [.. purchaseLines];
        return new()
        {
            PurchaseId = lines[0].PurchaseId,
            CustomerId = lines[0].CustomerId,
            PurchasedAt = lines[0].PurchasedAt,
            Country = lines[0].Country,
            Currency = lines[0].Currency,
            Lines =
            [
                .. lines.Select(line => new PurchaseLine
                {
                    Line = line.Number,
                    ProductId = line.ProductId,
                    Description = line.Description,
                    Quantity = line.Quantity,
                    UnitPrice = line.UnitPrice,
                    PurchasedAt = line.PurchasedAt == lines[0].PurchasedAt ? null : line.PurchasedAt,
                }),
            ],
        };
    }
}
