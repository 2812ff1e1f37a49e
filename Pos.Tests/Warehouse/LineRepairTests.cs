using Npgsql;
using Pos.Storage.Warehouse;
using Pos.Storage.Warehouse.Repair;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

[SystemTest]
public sealed class LineRepairTests(PostgresServer postgres)
{
    private const string RowsOfA = """
        SELECT purchase_id, line, position, quantity FROM purchase_lines WHERE purchase_id = 'A' ORDER BY 1, 2
        """;

    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task Known_rows_are_replaced_and_newer_ones_stay(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);
        await warehouse.LandAsync([.. Enumerable.Range(1, 4).Select(line => new LandingRow("A", line, "2"))]);
        await warehouse.MergeAsync();
        await warehouse.ExecuteAsync(
            """
            ALTER TABLE purchase_lines DROP CONSTRAINT purchase_lines_pkey;
            INSERT INTO purchase_lines SELECT * FROM purchase_lines WHERE line = 1;
            UPDATE purchase_lines SET position = '3', quantity = 7 WHERE line = 2;
            """
        );
        await using var connection = await warehouse.OpenAsync();
        var repair = new LineRepair(connection, dialect);

        // Line 1 is duplicated, line 2 is newer than the known version, line 4 must be removed, and line 5 and 3,000
        // more are missing.
        await repair.ReplaceAsync(
            [new("A", 1, "2"), new("A", 2, "2"), new("A", 4, "2"), new("B", 1, "2")],
            [Row("A", 1), Row("A", 2), Row("A", 5), .. Enumerable.Range(1, 3_000).Select(line => Row("C", line))],
            CancellationToken.None
        );

        string[] expected = ["A|1|2|1", "A|2|3|7", "A|3|2|6", "A|5|2|1"];
        Assert.Equal(expected, await warehouse.RowsAsync(RowsOfA));
        Assert.Equal(
            3_000L,
            await warehouse.ScalarAsync<long>(
                "SELECT count(*) FROM purchase_lines WHERE purchase_id = 'C' "
                    + "AND customer_id IS NULL AND description IS NULL AND unit_price = 2.5501"
            )
        );

        await warehouse.LandAsync([new LandingRow("A", 1, "4") { Quantity = 8 }]);
        await repair.FinishAsync(CancellationToken.None);
        Assert.Equal("A|1|4|8", (await warehouse.RowsAsync(RowsOfA))[0]);
        if (dialect is WarehouseDialect.Postgres)
            await Rollups.AssertAreThoseOfTheLinesAsync(warehouse);
    }

    [Fact]
    public async Task Nothing_changes_if_a_row_cannot_be_inserted()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync([new LandingRow("A", 1, "2")]);
        await warehouse.MergeAsync();
        await using var connection = await warehouse.OpenAsync();

        await Assert.ThrowsAsync<PostgresException>(() =>
            new LineRepair(connection, WarehouseDialect.Postgres).ReplaceAsync(
                [new("A", 1, "2")],
                [Row("A", 1) with { Currency = "too long" }],
                CancellationToken.None
            )
        );

        Assert.Equal(
            ["A|1|2|6"],
            await warehouse.RowsAsync("SELECT purchase_id, line, position, quantity FROM purchase_lines")
        );
    }

    private static LineRow Row(string purchaseId, int line) =>
        new()
        {
            PurchaseId = purchaseId,
            Line = line,
            CustomerId = null,
            StoreId = "S1",
            PurchasedAt = new(2010, 12, 1, 8, 26, 0, DateTimeKind.Utc),
            Country = null,
            Currency = "GBP",
            ProductId = "85123A",
            Description = null,
            Quantity = 1,
            UnitPrice = 2.5501m,
            IngestedAt = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Position = "2",
        };
}
