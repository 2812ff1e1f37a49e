using CsCheck;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse;
using Pos.Storage.Warehouse.Queries;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

/// <summary>Compares every query, in both dialects, with figures computed without SQL.</summary>
[SystemTest]
public sealed class SalesQueriesTests(PostgresServer postgres)
{
    private static readonly DateTime s_december = new(2010, 12, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Gen<SalesFilter> s_filter = Gen.Select(
        Gen.Int[-3, 70],
        Gen.Int[0, 80],
        Gen.Bool,
        Gen.Bool,
        Gen.Int[0, 3],
        (from, days, hasFrom, hasTo, header) =>
            new SalesFilter
            {
                Currency = from % 5 == 0 ? "EUR" : "GBP",
                From = hasFrom ? s_december.AddDays(from).AddHours(from % 3) : null,
                To = hasTo ? s_december.AddDays(from + days).AddHours(days % 4) : null,
                Country = (header & 1) == 0 ? null : "France",
                StoreId = (header & 2) == 0 ? null : "S1",
            }
    );

    [Theory]
    [InlineData(WarehouseDialect.Postgres)]
    [InlineData(WarehouseDialect.Redshift)]
    public async Task Results_are_exact_after_corrections_in_any_order(WarehouseDialect dialect)
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, dialect);
        var queries = new SalesQueries(warehouse.Source);
        var purchases = new PurchaseQueries(warehouse.Source);
        await Gen.Select(SalesLines.Row.Array[0, 12].Array[1, 5], s_filter.Array[4])
            .SampleAsync(
                async (loads, filters) =>
                {
                    await warehouse.ClearAsync();
                    foreach (var load in loads)
                    {
                        await warehouse.LandAsync(load);
                        await warehouse.MergeAsync();
                    }
                    var lines = SalesLines.Newest(loads.SelectMany(load => load));
                    foreach (var filter in filters)
                    {
                        await AssertSalesAsync(queries, filter, lines);
                        await AssertPurchasesAsync(purchases, filter, lines);
                    }
                },
                iter: 25,
                threads: 1
            );
    }

    [Fact]
    public async Task Sales_of_a_week_of_real_purchases_equal_the_sums_of_the_file()
    {
        Assert.SkipWhen(SharedData.OnlineRetail is null, SharedData.Absent);
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var lines = await LandFileAsync(warehouse, SharedData.OnlineRetail);
        var queries = new SalesQueries(warehouse.Source);

        var all = await queries.TotalsAsync(new SalesFilter { Currency = "GBP" }, CancellationToken.None);
        Assert.Equal((280_766.48m, 125_476L, 757L), (all.Net, all.Units, all.Purchases));
        foreach (
            var filter in new[]
            {
                new SalesFilter { Currency = "GBP" },
                new SalesFilter { Currency = "GBP", Country = "France" },
                new SalesFilter
                {
                    Currency = "GBP",
                    From = s_december.AddDays(1).AddHours(9),
                    To = s_december.AddDays(5),
                },
            }
        )
        {
            await AssertSalesAsync(queries, filter, lines);
        }
        var freshness = await queries.FreshnessAsync(CancellationToken.None);
        Assert.Equal(new SalesFreshness(lines.Max(line => line.PurchasedAt), null, 16_985, 0, null), freshness);
    }

    [Fact]
    public async Task Freshness_counts_rows_that_landed_and_are_not_merged_yet()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var queries = new SalesQueries(warehouse.Source);
        Assert.Equal(new SalesFreshness(null, null, 0, 0, null), await queries.FreshnessAsync(CancellationToken.None));

        await warehouse.LandAsync([new LandingRow("A", 1, "1"), new LandingRow("A", 2, "1")]);
        Assert.Equal(
            new PurchaseRows(0, 2),
            await new PurchaseQueries(warehouse.Source).RowsAsync("A", CancellationToken.None)
        );
        await warehouse.MergeAsync();
        Assert.Equal(
            new PurchaseRows(2, 0),
            await new PurchaseQueries(warehouse.Source).RowsAsync("A", CancellationToken.None)
        );
        await warehouse.ExecuteAsync(
            "INSERT INTO load_manifest VALUES ('s3://staging/1', 2, 0, '2026-01-01 10:00Z', '2026-01-01 10:00:05Z', 1)"
        );
        await warehouse.LandAsync([new LandingRow("B", 1, "1")]);
        await warehouse.ExecuteAsync("UPDATE purchase_lines_landing SET loaded_at = '2026-01-01 11:00Z'");

        Assert.Equal(
            new SalesFreshness(
                new(2010, 12, 1, 8, 26, 0, DateTimeKind.Utc),
                new(2026, 1, 1, 10, 0, 5, DateTimeKind.Utc),
                2,
                1,
                new(2026, 1, 1, 11, 0, 0, DateTimeKind.Utc)
            ),
            await queries.FreshnessAsync(CancellationToken.None)
        );
    }

    [Fact]
    public void Whole_months_and_ends_cover_the_span_without_overlap()
    {
        var moment = Gen.Int[0, 24 * 200].Select(hours => s_december.AddHours(hours));
        Gen.Select(moment, moment)
            .Sample(
                (from, to) =>
                {
                    var months = WholeMonths.From(from, to);
                    List<(DateTime From, DateTime To)> parts = [.. months.Ends];
                    if (months.HasMonths)
                        parts.Add((months.First!.Value, months.End!.Value));
                    parts.Sort();
                    Assert.All(parts, part => Assert.True(part.From < part.To));
                    Assert.True(
                        months.HasMonths
                            ? months is { First: { Day: 1, Hour: 0 }, End: { Day: 1, Hour: 0 } }
                            : months.Ends.Count < 2
                    );
                    if (from < to)
                    {
                        Assert.Equal((from, to), (parts[0].From, parts[^1].To));
                        Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
                    }
                    else
                    {
                        Assert.Empty(parts);
                    }
                }
            );
    }

    [Fact]
    public void A_series_is_filled_with_zeros_between_its_bounds()
    {
        var sale = new SalesPoint(s_december.AddHours(5), 1, 1, 1, 1m, 0m, 1m);
        var zeros = SeriesGaps.Fill([sale], SalesGrain.Hour, s_december.AddHours(3), s_december.AddHours(7))!;
        Assert.Equal([3, 4, 5, 6], zeros.Select(point => point.Start.Hour));
        Assert.Equal([0, 0, 1, 0], zeros.Select(point => point.Purchases));

        Assert.Equal(31, SeriesGaps.Fill([], SalesGrain.Day, s_december, s_december.AddMonths(1))!.Count);
        Assert.Equal(
            [11, 12],
            SeriesGaps
                .Fill([], SalesGrain.Month, s_december.AddDays(-1), s_december.AddDays(1))!
                .Select(point => point.Start.Month)
        );
        Assert.Empty(SeriesGaps.Fill([], SalesGrain.Day, s_december, null)!);
        Assert.Null(SeriesGaps.Fill([], SalesGrain.Hour, s_december, s_december.AddYears(5)));
    }

    private static async Task AssertSalesAsync(SalesQueries queries, SalesFilter filter, List<LandingRow> lines)
    {
        var rows = lines.Where(filter.Matches).ToList();
        Assert.Equal(
            SalesLines.Totals(rows, filter.Currency),
            await queries.TotalsAsync(filter, CancellationToken.None)
        );
        Assert.Equal(
            lines
                .Where(row => (filter with { Currency = row.Currency }).Matches(row))
                .Select(row => row.Currency)
                .Distinct()
                .Order(),
            await queries.CurrenciesAsync(filter, CancellationToken.None)
        );

        foreach (
            var (grain, start) in new (SalesGrain, Func<DateTime, DateTime>)[]
            {
                (SalesGrain.Hour, SalesLines.Hour),
                (SalesGrain.Day, SalesLines.Day),
                (SalesGrain.Month, SalesLines.Month),
            }
        )
            Assert.Equal(
                SalesLines.Series(rows, start),
                await queries.SeriesAsync(grain, filter, CancellationToken.None)
            );

        foreach (
            var (dimension, key) in new (SalesDimension, Func<LandingRow, string?>)[]
            {
                (SalesDimension.Product, row => row.ProductId),
                (SalesDimension.Country, row => row.Country),
                (SalesDimension.Store, row => row.StoreId),
                (SalesDimension.Customer, row => row.CustomerId),
            }
        )
        {
            foreach (var measure in Enum.GetValues<SalesMeasure>())
            {
                var top = await queries.TopAsync(dimension, measure, 3, filter, CancellationToken.None);
                Assert.Equal(
                    SalesLines.Top(rows, key, measure, 3),
                    top.Select(share => share with { Description = null })
                );
            }
        }
    }

    private static async Task AssertPurchasesAsync(PurchaseQueries queries, SalesFilter filter, List<LandingRow> lines)
    {
        var rows = lines.Where(filter.Matches).ToList();
        Assert.Equal(SalesLines.Purchases(rows), await AllAsync(productId: null));
        var product = lines is [var first, ..] ? first.ProductId : "product 0";
        var having = lines.Where(row => row.ProductId == product).Select(row => row.PurchaseId).ToHashSet();
        Assert.Equal(SalesLines.Purchases(rows.Where(row => having.Contains(row.PurchaseId))), await AllAsync(product));

        foreach (var customer in lines.Select(row => row.CustomerId).OfType<string>().Append("nobody").Distinct())
        {
            var totals = lines
                .Where(row => row.CustomerId == customer)
                .GroupBy(row => row.Currency)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group =>
                    SalesLines.Totals([.. group], group.Key) is var sum
                        ? new CustomerTotal(sum.Currency, sum.Purchases, sum.Units, sum.Gross, sum.Returns, sum.Net)
                        : null
                );
            Assert.Equal(totals, await queries.CustomerTotalsAsync(customer, CancellationToken.None));
        }

        async Task<List<(string, DateTime, long, long, decimal, decimal)>> AllAsync(string? productId)
        {
            var all = new List<SoldPurchase>();
            for (SoldPurchaseKey? after = null; ; after = new(all[^1].Hour, all[^1].PurchaseId))
            {
                var page = await queries.ListAsync(filter, productId, limit: 3, after, CancellationToken.None);
                all.AddRange(page);
                if (page.Count < 3)
                    return
                    [
                        .. all.Select(share =>
                            (share.PurchaseId, share.Hour, share.Lines, share.Units, share.Gross, share.Returns)
                        ),
                    ];
            }
        }
    }

    private static async Task<List<LandingRow>> LandFileAsync(WarehouseDatabase warehouse, string path)
    {
        var rows = EndToEnd.Line.FromCsv(path).Select(LandingRow.From).ToList();
        await warehouse.LandAsync(rows);
        await warehouse.MergeAsync();
        return rows;
    }
}
