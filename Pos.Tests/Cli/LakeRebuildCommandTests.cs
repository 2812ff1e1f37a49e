using Pos.Cli;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Pos.Tests.Reconciliation;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class LakeRebuildCommandTests(PostgresServer postgres, SharedTables tableServer) : IDisposable
{
    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    [Fact]
    public async Task The_command_rebuilds_the_stores_from_the_lake_after_it_was_killed()
    {
        await using var stores = await ReconciledStores.StartAsync(postgres, tableServer);
        _pos.Uses(stores, tableServer);
        await stores.ProcessAsync([
            .. Enumerable
                .Range(1, 4)
                .Select(i =>
                    Records.Create(
                        i,
                        [
                            .. Enumerable
                                .Range(0, 250)
                                .Select(p => Samples.Purchase($"P{i}-{p}", lines: [Samples.Line(1), Samples.Line(2)])),
                        ]
                    )
                ),
        ]);
        await stores.ClearLookupAsync();
        await stores.Delivery.Warehouse.ExecuteAsync("TRUNCATE purchase_lines, purchase_slices, product_months");

        var (code, output, errors) = await _pos.RunAsync("lake", "rebuild", "--dry-run");
        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        Assert.Contains(
            "lookup     2,000 lines would be restored, 0 would be removed",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "warehouse  2,000 lines would be restored, 0 would be removed",
            output,
            StringComparison.Ordinal
        );
        Assert.Empty(await stores.RevisionsAsync());

        using (var killed = _pos.Start("lake", "replay")) // The name until 0.2.
        {
            await Wait.UntilAsync(async () => killed.HasExited || (await stores.RevisionsAsync()).Count > 100);
            killed.Kill(); // SIGKILL
            await killed.WaitForExitAsync();
        }
        (code, output, errors) = await _pos.RunAsync("lake", "rebuild");

        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        Assert.EndsWith(
            "Lookup table and warehouse match the lake, except for lines in flight. "
                + "\"pos reconcile\" compares the stores.",
            output.TrimEnd(),
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCodes.Done, (await _pos.RunAsync("reconcile")).ExitCode);
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
    }

    [Fact]
    public async Task The_command_removes_lines_that_the_lake_lacks_and_accepts_spans_of_hours()
    {
        await using (var stores = await ReconciledStores.StartAsync(postgres, tableServer))
        {
            _pos.Uses(stores, tableServer);
            await stores.ProcessAsync(Records.Create(1, Samples.Purchase("A"), Samples.Purchase("B")));
            await stores.Delivery.Warehouse.ExecuteAsync("UPDATE purchase_lines SET line = 7 WHERE purchase_id = 'A'");

            // A day without records restores nothing, and a part of the lake removes nothing.
            var (code, output, _) = await _pos.RunAsync("lake", "rebuild", "--from", "2026-03-05");
            Assert.Equal(ExitCodes.Done, code);
            Assert.StartsWith("lookup     0 lines restored, 0 removed", output, StringComparison.Ordinal);
            (code, output, _) = await _pos.RunAsync(
                "lake",
                "rebuild",
                "--from",
                "2026-03-04T05:00Z",
                "--to",
                "2026-03-04T06:00Z"
            );
            Assert.Equal(ExitCodes.Done, code);
            Assert.Contains("warehouse  1 lines restored, 0 removed", output, StringComparison.Ordinal);

            (code, output, _) = await _pos.RunAsync("lake", "rebuild", "--settle", "0");
            Assert.Equal(ExitCodes.Done, code);
            Assert.StartsWith(
                "The lake lacks some lines. They may be in flight: checking again in 0 s.",
                output,
                StringComparison.Ordinal
            );
            Assert.Contains("warehouse  0 lines restored, 1 removed", output, StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Done, (await _pos.RunAsync("reconcile")).ExitCode);
        }
        Assert.Equal(ExitCodes.Unavailable, (await _pos.RunAsync("lake", "rebuild")).ExitCode);
        Assert.Equal(
            ExitCodes.Unusable,
            (await _pos.RunAsync("lake", "rebuild", "--from", "2026-03-04T05:30Z")).ExitCode
        );
        Assert.Equal(ExitCodes.Unusable, (await _pos.RunAsync("lake", "rebuild", "--to", "yesterday")).ExitCode);
    }
}
