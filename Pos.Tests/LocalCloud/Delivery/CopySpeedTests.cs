using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using LocalCloud.PostgresCopy;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.LocalCloud.Delivery;

/// <summary>
/// Measures the rows that one COPY loads per second from a staged object. <c>POS_COPY_ROWS=1000000</c> sets the number
/// of rows and prints the result; the default is a few rows, to show that it works.
/// </summary>
[SystemTest("POS_COPY_ROWS")]
public sealed class CopySpeedTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_COPY_loads_every_row_of_a_staged_object()
    {
        var rows = int.TryParse(
            Environment.GetEnvironmentVariable("POS_COPY_ROWS"),
            CultureInfo.InvariantCulture,
            out var asked
        )
            ? asked
            : 5_000;
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var content = Staged(rows);
        var staged = new StagedObject("s3://staging/speed.gz", Gzip: true, _ =>
            Task.FromResult<Stream>(new MemoryStream(content))
        );
        await using var connection = await warehouse.OpenAsync();
        var table = LoadTable.Parse(WarehouseTables.Landing, WarehouseTables.LandingColumnList);

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        var result = await new ObjectLoader(TimeProvider.System).LoadAsync(
            connection,
            table,
            staged,
            attempt: 1,
            CancellationToken.None
        );
        var taken = Stopwatch.GetElapsedTime(began);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;

        Assert.Equal(new LoadResult(rows, 0, WasLoaded: false), result);
        Assert.Equal(rows, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines_landing"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"COPY of {rows} rows: {taken.TotalSeconds:0.00} s, {rows / taken.TotalSeconds:0} rows/s; "
                    + $"{cpu.TotalSeconds:0.00} s of this process's CPU ({cpu.TotalMicroseconds / rows:0.0} µs a row)"
            )
        );
    }

    private static byte[] Staged(int rows)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            for (var i = 0; i < rows; i++)
                gzip.Write(
                    Encoding.UTF8.GetBytes(
                        DeliveryFixture.Row(
                            $"{536365 + (i / 20)}",
                            1 + (i % 20),
                            $"{i:D30}",
                            price: $"{i % 100}.{i % 10}5"
                        )
                    )
                );
        }
        return bytes.ToArray();
    }
}
