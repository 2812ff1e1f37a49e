using System.CommandLine;
using LocalCloud.PostgresCopy;

namespace Pos.Cli.Warehouse;

/// <summary><c>pos warehouse</c>: what operators do with the warehouse.</summary>
internal static class WarehouseCommand
{
    public static Command Create()
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would be loaded, and change nothing." };
        var backfill = new Command(
            "backfill",
            "Loads objects that delivery skipped when its retry time passed: 0 all are loaded, 2 some cannot be, 3 something is away. Again changes nothing."
        )
        {
            dryRun,
        };
        backfill.SetAction(
            (arguments, cancellationToken) => BackfillAsync(arguments.GetValue(dryRun), cancellationToken)
        );
        return new Command("warehouse", "Looks after the warehouse.") { backfill };
    }

    private static Task<int> BackfillAsync(bool dryRun, CancellationToken cancellationToken) =>
        StoreCommand.RunAsync(
            "backfill",
            "what it had loaded is loaded, the rest is as it was",
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
