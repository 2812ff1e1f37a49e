using System.CommandLine;
using Pos.Cli.Generate;
using Pos.Cli.Lake;
using Pos.Cli.Provision;
using Pos.Cli.Quarantine;
using Pos.Cli.Reconcile;
using Pos.Cli.Replay;
using Pos.Cli.Tables;
using Pos.Cli.Warehouse;

return await new RootCommand(
    "Manages point-of-sale purchases: imports and generates files, creates the stores, handles the quarantine, "
        + "reconciles and rebuilds the stores."
)
{
    ReplayCommand.Create(),
    GenerateCommand.Create(),
    ProvisionCommand.Create(),
    WarehouseCommand.Create(),
    QuarantineCommand.Create(),
    ReconcileCommand.Create(),
    LakeCommand.Create(),
    TablesCommand.Create(),
}
    .Parse(args)
    .InvokeAsync();
