using Xunit;

namespace Pos.Tests.Warehouse;

/// <summary>Compares the rollups that the merge maintains with sums of the lines.</summary>
internal static class Rollups
{
    private const string ReturnedLines = "sum(CASE WHEN quantity < 0 THEN 1 ELSE 0 END)";
    private const string Sums = """
        sum(quantity),
        sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END)::numeric(38, 4),
        sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END)::numeric(38, 4)
        """;

    public static async Task AssertAreThoseOfTheLinesAsync(WarehouseDatabase warehouse)
    {
        Assert.Equal(
            await warehouse.RowsAsync(
                $"""
                SELECT purchase_id, date_trunc('hour', purchased_at AT TIME ZONE 'UTC'),
                    customer_id, store_id, country, currency, count(*), {ReturnedLines}, {Sums}
                FROM purchase_lines
                GROUP BY 1, 2, 3, 4, 5, 6
                ORDER BY 1, 2, 3, 4, 5, 6
                """
            ),
            await warehouse.RowsAsync(
                """
                SELECT purchase_id, hour, customer_id, store_id, country, currency, line_count, returned_lines,
                    units, gross::numeric(38, 4), returns::numeric(38, 4)
                FROM purchase_slices
                ORDER BY 1, 2, 3, 4, 5, 6
                """
            )
        );
        Assert.Equal(
            await warehouse.RowsAsync(
                $"""
                SELECT date_trunc('month', purchased_at AT TIME ZONE 'UTC')::date,
                    product_id, store_id, country, currency, count(*), {Sums}
                FROM purchase_lines
                GROUP BY 1, 2, 3, 4, 5
                ORDER BY 1, 2, 3, 4, 5
                """
            ),
            await warehouse.RowsAsync(
                """
                SELECT month, product_id, store_id, country, currency, line_count,
                    units, gross::numeric(38, 4), returns::numeric(38, 4)
                FROM product_months
                ORDER BY 1, 2, 3, 4, 5
                """
            )
        );
    }
}
