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
    "Point-of-sale purchases: replay files, make some, set up what they go to, mend what was refused, compare the stores, rebuild them."
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
