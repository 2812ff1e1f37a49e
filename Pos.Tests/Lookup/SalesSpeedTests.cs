using System.Diagnostics;
using System.Globalization;
using Pos.Tests.EndToEnd;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.Lookup;

/// <summary>
/// Measures sales requests on the lines of a CSV file, which <c>POS_SALES_CSV</c> names and <c>pos generate</c>
/// creates, and prints the durations. Without a file, runs on a few sample lines.
/// </summary>
[SystemTest("POS_SALES_CSV")]
public sealed class SalesSpeedTests(PostgresServer postgres)
{
    private const int Repetitions = 50;

    private static readonly string[] s_requests =
    [
        "/sales/summary",
        "/sales/summary?country=France",
        "/sales/summary?from=@1&to=@2&compare=previous",
        "/sales/summary?from=@1&to=@2&compare=year",
        "/sales/series?grain=hour&from=@1&to=@2",
        "/sales/series?grain=day",
        "/sales/series?grain=month",
        "/sales/top?by=product",
        "/sales/top?by=product&measure=units&limit=100&from=@1&to=@2",
        "/sales/top?by=country",
        "/sales/top?by=store",
        "/sales/top?by=customer&limit=100",
        "/sales/freshness",
    ];

    [Fact]
    public async Task Sales_requests_on_the_lines_of_a_file()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var path = Environment.GetEnvironmentVariable("POS_SALES_CSV")
            ?? Path.Combine(Repository.Folder, "samples", "purchases.csv");
        var lines = Line.FromCsv(path);
        foreach (var chunk in lines.Chunk(20_000))
        {
            await warehouse.LandAsync(chunk.Select(LandingRow.From));
            await warehouse.MergeAsync();
        }
        await using var server = await SalesServer.StartAsync(warehouse.ConnectionString);
        // A period that starts and ends within a month is the most expensive one.
        var last = lines.Max(line => line.PurchasedAt).UtcDateTime.Date;
        var (from, to) = (
            last.AddDays(-45).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            last.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        );

        foreach (var request in s_requests)
        {
            var uri = new Uri(
                request.Replace("@1", from, StringComparison.Ordinal).Replace("@2", to, StringComparison.Ordinal),
                UriKind.Relative
            );
            Assert.NotEmpty(await server.Client.GetStringAsync(uri));
            var durations = new List<double>();
            for (var i = 0; i < (lines.Count > 100_000 ? Repetitions : 1); i++)
            {
                var began = Stopwatch.GetTimestamp();
                await server.Client.GetStringAsync(uri);
                durations.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            durations.Sort();
            TestContext.Current.TestOutputHelper!.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lines.Count} lines: p50 {durations[durations.Count / 2]:0.0} ms, "
                        + $"p95 {durations[(int)(durations.Count * 0.95)]:0.0} ms  {request}"
                )
            );
        }
    }
}
