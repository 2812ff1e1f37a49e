using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

[SystemTest]
public sealed class ViewTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task Sums_are_exact_and_separate_for_each_currency(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);
        await warehouse.LandAsync([
            new LandingRow("1", 1, "1") { Quantity = 3, UnitPrice = 0.1m },
            new LandingRow("1", 2, "1")
            {
                Quantity = 1,
                UnitPrice = 99_999_999.9999m,
                ProductId = "DOT",
            },
            new LandingRow("C2", 1, "2")
            {
                Quantity = -1,
                UnitPrice = 0.3m,
                PurchasedAt = new(2010, 12, 31, 23, 59, 59, DateTimeKind.Utc),
            },
            new LandingRow("3", 1, "3")
            {
                Quantity = 2,
                UnitPrice = 5m,
                Currency = "EUR",
                Country = "France",
                PurchasedAt = new(2011, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            },
        ]);
        await warehouse.MergeAsync();

        Assert.Equal(
            [
                "2010-12-01|GBP|1|2|4|100000000.2999|0|100000000.2999",
                "2010-12-31|GBP|1|1|-1|0|-0.3000|-0.3000",
                "2011-01-01|EUR|1|1|2|10.0000|0|10.0000",
            ],
            await warehouse.RowsAsync("SELECT * FROM sales_by_day ORDER BY day")
        );
        Assert.Equal(
            ["2010-12-01|GBP|2|3|3|100000000.2999|-0.3000|99999999.9999", "2011-01-01|EUR|1|1|2|10.0000|0|10.0000"],
            await warehouse.RowsAsync("SELECT * FROM sales_by_month ORDER BY month")
        );
        Assert.Equal(
            ["85123A|EUR|10.0000", "85123A|GBP|0.0000", "DOT|GBP|99999999.9999"],
            await warehouse.RowsAsync("SELECT product_id, currency, net FROM sales_by_product ORDER BY 1, 2")
        );
        Assert.Equal(
            ["France|EUR|10.0000", "United Kingdom|GBP|99999999.9999"],
            await warehouse.RowsAsync("SELECT country, currency, net FROM sales_by_country ORDER BY 1")
        );
    }

    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task Returns_customers_and_stores_are_correct_for_each_currency(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);
        await warehouse.LandAsync([
            new LandingRow("1", 1, "1")
            {
                CustomerId = "A",
                StoreId = "S1",
                Quantity = 3,
                UnitPrice = 2m,
            },
            new LandingRow("1", 2, "1")
            {
                CustomerId = "A",
                StoreId = "S1",
                Quantity = -1,
                UnitPrice = 0.5m,
            },
            new LandingRow("C2", 1, "2")
            {
                CustomerId = "A",
                StoreId = null,
                Quantity = -2,
                UnitPrice = 2m,
                PurchasedAt = new(2011, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            },
            new LandingRow("3", 1, "3")
            {
                CustomerId = "A",
                StoreId = "S1",
                Currency = "EUR",
                Quantity = 1,
                UnitPrice = 7m,
            },
            new LandingRow("4", 1, "4")
            {
                CustomerId = null,
                StoreId = "S2",
                Quantity = 1,
                UnitPrice = 9m,
            },
        ]);
        await warehouse.MergeAsync();

        Assert.Equal(
            ["1|2|-1|-0.5000", "C2|1|-2|-4.0000"],
            await warehouse.RowsAsync("SELECT purchase_id, line, quantity, net FROM returns ORDER BY 1, 2")
        );
        Assert.Equal(
            [
                "A|EUR|12/01/2010 08:26:00|12/01/2010 08:26:00|1|7.0000",
                "A|GBP|12/01/2010 08:26:00|01/01/2011 00:00:00|2|1.5000",
            ],
            await warehouse.RowsAsync(
                "SELECT customer_id, currency, first_purchase, last_purchase, purchases, net "
                    + "FROM customers ORDER BY 1, 2"
            )
        );
        Assert.Equal(
            ["S1|EUR|1|1|1|7.0000", "S1|GBP|1|2|2|5.5000", "S2|GBP|1|1|1|9.0000", "|GBP|1|1|-2|-4.0000"],
            await warehouse.RowsAsync(
                "SELECT store_id, currency, purchases, line_count, units, net FROM sales_by_store "
                    + "ORDER BY store_id NULLS LAST, currency"
            )
        );
    }

    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task A_purchase_has_the_header_of_its_newest_version(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);
        await warehouse.LandAsync([
            new LandingRow("536365", 1, "1") { CustomerId = "old", Country = "Eire" },
            new LandingRow("536365", 2, "2")
            {
                CustomerId = null,
                Country = "France",
                Quantity = -2,
                UnitPrice = 1m,
            },
            new LandingRow("536366", 1, "1") { CustomerId = "other" },
        ]);
        await warehouse.MergeAsync();

        Assert.Equal(
            ["536365||France|2|4|15.3000|-2.0000|13.3000", "536366|other|United Kingdom|1|6|15.3000|0|15.3000"],
            await warehouse.RowsAsync(
                "SELECT purchase_id, customer_id, country, line_count, units, gross, returns, net "
                    + "FROM purchases ORDER BY 1"
            )
        );
    }
}
