using System.Text.Json.Nodes;
using Pos.Cli;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Pos.Tests.Reconciliation;
using Xunit;

namespace Pos.Tests.Cli;

[SystemTest]
public sealed class ReconcileTests(PostgresServer postgres, SharedTables tableServer)
{
    [Fact]
    public async Task The_command_reports_differences_and_unavailable_stores()
    {
        using var pos = new PosCommand();
        Assert.Equal(ExitCodes.Unusable, (await pos.RunAsync("reconcile")).ExitCode);
        await using (var stores = await ReconciledStores.StartAsync(postgres, tableServer))
        {
            pos.Uses(stores, tableServer);
            await stores.ProcessAsync(Records.Create(1, Samples.Purchase("A"), Samples.Purchase("B")));

            var (code, output, errors) = await pos.RunAsync("reconcile");
            Assert.Equal((ExitCodes.Done, ""), (code, errors));
            Assert.Contains("The stores have the same lines, each once.", output, StringComparison.Ordinal);
            Assert.Contains(
                "stream: records unknown; delivery: 0 bytes; landed, not merged: 0 rows",
                output,
                StringComparison.Ordinal
            );

            await stores.Delivery.Warehouse.ExecuteAsync(
                "UPDATE purchase_lines SET unit_price = 1 WHERE purchase_id = 'A'"
            );
            (code, output, _) = await pos.RunAsync("reconcile");
            Assert.Equal(ExitCodes.Different, code);
            Assert.Contains(
                "A line 1: differing\n  unit_price: lake '2.55', lookup '2.55', warehouse '1'",
                output.ReplaceLineEndings("\n"),
                StringComparison.Ordinal
            );

            (code, output, _) = await pos.RunAsync("reconcile", "--json");
            Assert.Equal(ExitCodes.Different, code);
            Assert.Equal("differing", (string?)JsonNode.Parse(output)!["stores"]!["differences"]![0]!["kind"]);
        }
        Assert.Equal(ExitCodes.Unavailable, (await pos.RunAsync("reconcile")).ExitCode);
    }
}
