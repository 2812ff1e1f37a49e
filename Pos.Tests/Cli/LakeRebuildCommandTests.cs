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
    public async Task Stores_are_rebuilt_from_the_lake_by_a_command_that_was_killed_and_run_again()
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

        var (code, output, errors) = await _pos.RunAsync("lake", "replay", "--dry-run");
        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        Assert.Contains("lookup     2,000 lines would be put, 0 would be taken away", output, StringComparison.Ordinal);
        Assert.Contains("warehouse  2,000 lines would be put, 0 would be taken away", output, StringComparison.Ordinal);
        Assert.Empty(await stores.RevisionsAsync());

        using (var killed = _pos.Start("lake", "replay"))
        {
            await Wait.UntilAsync(async () => killed.HasExited || (await stores.RevisionsAsync()).Count > 100);
            killed.Kill(); // SIGKILL
            await killed.WaitForExitAsync();
        }
        (code, output, errors) = await _pos.RunAsync("lake", "replay");

        Assert.Equal((ExitCodes.Done, ""), (code, errors));
        Assert.EndsWith(
            "Lookup table and warehouse are what the lake says; pos reconcile compares them once nothing is on its way.",
            output.TrimEnd(),
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCodes.Done, (await _pos.RunAsync("reconcile")).ExitCode);
        await Rollups.AssertAreThoseOfTheLinesAsync(stores.Delivery.Warehouse);
    }

    [Fact]
    public async Task What_the_lake_does_not_have_is_taken_away_after_a_while_and_hours_are_read_as_they_are_meant()
    {
        await using (var stores = await ReconciledStores.StartAsync(postgres, tableServer))
        {
            _pos.Uses(stores, tableServer);
            await stores.ProcessAsync(Records.Create(1, Samples.Purchase("A"), Samples.Purchase("B")));
            await stores.Delivery.Warehouse.ExecuteAsync("UPDATE purchase_lines SET line = 7 WHERE purchase_id = 'A'");

            // Of another day nothing is to be put back, and of a part nothing is taken away.
            var (code, output, _) = await _pos.RunAsync("lake", "replay", "--from", "2026-03-05");
            Assert.Equal(ExitCodes.Done, code);
            Assert.StartsWith("lookup     0 lines put, 0 taken away", output, StringComparison.Ordinal);
            (code, output, _) = await _pos.RunAsync(
                "lake",
                "replay",
                "--from",
                "2026-03-04T05:00Z",
                "--to",
                "2026-03-04T06:00Z"
            );
            Assert.Equal(ExitCodes.Done, code);
            Assert.Contains("warehouse  1 lines put, 0 taken away", output, StringComparison.Ordinal);

            (code, output, _) = await _pos.RunAsync("lake", "replay", "--settle", "0");
            Assert.Equal(ExitCodes.Done, code);
            Assert.StartsWith(
                "There are lines that the lake does not have. They may be on their way: looking again in 0 s.",
                output,
                StringComparison.Ordinal
            );
            Assert.Contains("warehouse  0 lines put, 1 taken away", output, StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Done, (await _pos.RunAsync("reconcile")).ExitCode);
        }
        Assert.Equal(ExitCodes.Unavailable, (await _pos.RunAsync("lake", "replay")).ExitCode);
        Assert.Equal(
            ExitCodes.Unusable,
            (await _pos.RunAsync("lake", "replay", "--from", "2026-03-04T05:30Z")).ExitCode
        );
        Assert.Equal(ExitCodes.Unusable, (await _pos.RunAsync("lake", "replay", "--to", "yesterday")).ExitCode);
    }
}
