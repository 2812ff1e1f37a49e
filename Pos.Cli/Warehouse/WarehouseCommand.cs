using System.CommandLine;
using LocalCloud.PostgresCopy;

namespace Pos.Cli.Warehouse;

/// <summary><c>pos warehouse</c>: commands of operators for the warehouse.</summary>
internal static class WarehouseCommand
{
    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Print what would be loaded without loading it." };
        var backfill = new Command(
            "backfill",
            "Loads objects that delivery skipped after its retry time. Repeating it changes nothing. "
                + "Exit codes: 0 all are loaded, 2 some failed, 3 a store is unavailable."
        )
        {
            dryRun,
        };
        backfill.SetAction(
            (arguments, cancellationToken) => BackfillAsync(arguments.GetValue(dryRun), cancellationToken)
        );
        return new Command("warehouse", "Manages the warehouse.") { backfill };
    }

    private static Task<int> BackfillAsync(bool dryRun, CancellationToken cancellationToken) =>
        StoreCommand.RunAsync(
            "backfill",
            "objects loaded so far stay, the rest is unchanged",
            stores =>
                new Backfill(
                    stores.Firehose,
                    stores.S3,
                    stores.Warehouse,
                    stores.Resources,
                    new ObjectLoader(TimeProvider.System),
                    Console.Out
                ).RunAsync(dryRun, cancellationToken),
            cancellationToken
        );
}
