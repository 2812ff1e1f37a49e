using System.Globalization;
using CsCheck;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

[SystemTest]
public sealed class MergeTests(PostgresServer postgres)
{
    // Few purchases, lines and positions, so that collisions are frequent. As in the stream, a position determines the
    // content of its rows.
    private static readonly Gen<LandingRow> s_row = Gen.Select(
        Gen.Int[0, 3],
        Gen.Int[1, 3],
        Gen.Int[0, 5],
        (purchase, line, position) =>
            new LandingRow($"P{purchase}", line, $"{position:D6}")
            {
                Quantity = 1 + position,
                CustomerId = position % 2 == 0 ? null : $"C{position}",
                UnitPrice = position + 0.0001m,
            }
    );

    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task The_newest_row_of_each_line_wins_in_any_order_of_arrival(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);

        await s_row
            .Array[0, 12]
            .Array[1, 5]
            .SampleAsync(
                async loads =>
                {
                    await warehouse.ClearAsync();
                    foreach (var load in loads)
                    {
                        await warehouse.LandAsync(load);
                        await warehouse.MergeAsync();
                    }

                    var expected = loads
                        .SelectMany(load => load)
                        .GroupBy(row => (row.PurchaseId, row.Line))
                        .Select(rows => rows.MaxBy(row => row.Position, StringComparer.Ordinal)!)
                        .Select(row =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{row.PurchaseId}|{row.Line}|{row.Position}|"
                                    + $"{row.CustomerId}|{row.Quantity}|{row.UnitPrice}"
                            )
                        )
                        .Order(StringComparer.Ordinal);
                    Assert.Equal(
                        expected,
                        await warehouse.RowsAsync(
                            "SELECT purchase_id, line, position, customer_id, quantity, unit_price "
                                + "FROM purchase_lines ORDER BY purchase_id, line"
                        )
                    );
                    Assert.Equal(0L, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines_landing"));
                },
                iter: 40,
                threads: 1
            );
    }

    [Fact]
    public async Task Redelivered_rows_write_nothing()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        LandingRow[] rows = [.. Enumerable.Range(1, 100).Select(line => new LandingRow("536365", line, "000002"))];
        await warehouse.LandAsync(rows);
        await warehouse.MergeAsync();
        var versions = await warehouse.RowsAsync("SELECT line, xmin FROM purchase_lines ORDER BY line");

        await warehouse.LandAsync([
            .. rows,
            .. rows,
            .. rows.Select(row => row with { Position = "000001", Quantity = 9 }),
        ]);
        await warehouse.MergeAsync();
        await warehouse.MergeAsync();

        Assert.Equal(versions, await warehouse.RowsAsync("SELECT line, xmin FROM purchase_lines ORDER BY line"));
    }

    [Fact]
    public async Task The_cost_of_a_merge_depends_on_the_landed_rows_and_not_on_the_table()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync(Lines("base", 1_000));
        await warehouse.MergeAsync();

        var small = await CostAsync("first");
        await warehouse.LandAsync(Lines("more", 40_000));
        await warehouse.MergeAsync();
        await warehouse.ExecuteAsync("ANALYZE");
        var large = await CostAsync("second");

        Assert.Equal(small, large);
        Assert.Equal(3, small.Count);
        Assert.All(small, cost => Assert.Contains("|scanned 0|", cost, StringComparison.Ordinal));

        static IEnumerable<LandingRow> Lines(string purchase, int count, string position = "1") =>
            Enumerable
                .Range(0, count)
                .Select(i => new LandingRow($"{purchase}-{i / 20}", 1 + (i % 20), position)
                {
                    ProductId = $"{purchase} {i % 50}",
                });

        // Merges a hundred new lines and a hundred replacements, and returns the counts of the transaction.
        async Task<List<string>> CostAsync(string round)
        {
            await warehouse.LandAsync([
                .. Lines(round, 100),
                .. Lines("base", 100, position: round == "first" ? "2" : "3"),
            ]);
            // A connection without counts.
            await using var connection = new Npgsql.NpgsqlConnection($"{warehouse.ConnectionString};Pooling=false");
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var merge = new Npgsql.NpgsqlCommand($"CALL {WarehouseTables.MergeProcedure}()", connection))
                await merge.ExecuteNonQueryAsync();
            await using var counts = new Npgsql.NpgsqlCommand(
                """
                SELECT relname || '|scanned ' || seq_tup_read || '|found ' || idx_tup_fetch || '|inserted ' || n_tup_ins
                    || '|updated ' || n_tup_upd || '|deleted ' || n_tup_del
                FROM pg_stat_xact_user_tables
                WHERE relname IN ('purchase_lines', 'purchase_slices', 'product_months')
                ORDER BY 1
                """,
                connection
            );
            var costs = new List<string>();
            await using (var reader = await counts.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    costs.Add(reader.GetString(0));
            }
            await transaction.CommitAsync();
            return costs;
        }
    }

    [Fact]
    public async Task Rows_of_a_COPY_that_commits_during_a_merge_stay_for_the_next_merge()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync([new LandingRow("A", 1, "1")]);

        await using var copying = await warehouse.OpenAsync();
        await using var transaction = await copying.BeginTransactionAsync();
        await WarehouseDatabase.LandAsync(copying, [new LandingRow("B", 1, "1")]);
        await warehouse.MergeAsync();
        Assert.Equal(["A"], await warehouse.RowsAsync("SELECT purchase_id FROM purchase_lines"));

        await transaction.CommitAsync();
        Assert.Equal(["B"], await warehouse.RowsAsync("SELECT purchase_id FROM purchase_lines_landing"));
        await warehouse.MergeAsync();
        Assert.Equal(["A", "B"], await warehouse.RowsAsync("SELECT purchase_id FROM purchase_lines ORDER BY 1"));
    }

    [Fact]
    public async Task Concurrent_merges_and_loads_lose_and_duplicate_nothing()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        const int loaders = 4,
            loads = 10,
            lines = 50;

        var loading = Enumerable
            .Range(0, loaders)
            .Select(loader =>
                Task.Run(async () =>
                {
                    for (var load = 0; load < loads; load++)
                    {
                        // Every loader writes newer versions of all lines. The last load of the last loader is the
                        // newest.
                        await warehouse.LandAsync(
                            Enumerable
                                .Range(1, lines)
                                .Select(line => new LandingRow("P", line, $"{load:D3}-{loader:D3}")
                                {
                                    Quantity = (load * loaders) + loader + 1,
                                })
                        );
                        await warehouse.MergeAsync();
                    }
                })
            );
        await Task.WhenAll(loading);
        await warehouse.MergeAsync();

        Assert.Equal(
            [$"{lines}|{loads * loaders}|{loads * loaders}"],
            await warehouse.RowsAsync("SELECT count(*), min(quantity), max(quantity) FROM purchase_lines")
        );
    }

    [Fact]
    public async Task A_large_landing_table_is_truncated_after_the_merge()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var description = new string('x', 500);
        await warehouse.LandAsync(
            Enumerable.Range(1, 35_000).Select(line => new LandingRow("P", line, "1") { Description = description })
        );
        Assert.True(
            await warehouse.ScalarAsync<long>($"SELECT pg_relation_size('{WarehouseTables.Landing}')")
                > 16 * 1024 * 1024
        );

        await warehouse.MergeAsync();

        Assert.Equal(0L, await warehouse.ScalarAsync<long>($"SELECT pg_relation_size('{WarehouseTables.Landing}')"));
        Assert.Equal(35_000L, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines"));
    }
}
