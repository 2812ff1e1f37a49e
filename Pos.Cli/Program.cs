using System.CommandLine;
using Pos.Cli.Generate;
using Pos.Cli.Provision;
using Pos.Cli.Quarantine;
using Pos.Cli.Replay;
using Pos.Cli.Warehouse;

return await new RootCommand("Point-of-sale purchases: replay files, make some, set up what they go to, mend what was refused.")
{
    ReplayCommand.Create(),
    GenerateCommand.Create(),
    ProvisionCommand.Create(),
    WarehouseCommand.Create(),
    QuarantineCommand.Create(),
}.Parse(args).InvokeAsync();
