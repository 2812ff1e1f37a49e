using System.CommandLine;
using Pos.Cli.Generate;

return await new RootCommand("Point-of-sale purchases: replay files, make some, set up what they go to.")
{
    GenerateCommand.Create(),
}.Parse(args).InvokeAsync();
