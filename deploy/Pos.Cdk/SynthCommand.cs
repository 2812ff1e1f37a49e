using System.CommandLine;
using Amazon.CDK;
using Pos.Cdk.Functions;

namespace Pos.Cdk;

/// <summary>
/// <c>synth</c>: writes the CloudFormation template and the function packages. Requires node, and no network after
/// packages are restored.
/// </summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var stage = new Option<string?>("--stage")
        {
            HelpName = "NAME",
            Description = "dev (cheap, destroyable) or prod. Same as context 'stage'. Default: dev.",
        };
        var functions = new Option<string?>("--functions")
        {
            HelpName = "FOLDER",
            Description = "Folder with published packages ingest, processor, lookup and ui. Default: publish them now.",
        };
        var noWebApp = new Option<bool>("--no-web-app")
        {
            Description =
                "Omit the web app, so that neither load balancer and NAT nor Docker are needed. "
                + "Same as context 'webApp=false'.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FOLDER",
            Description = "Output folder. Default: cdk.out, or the folder of the CDK command line.",
        };
        var command = new Command("synth", "Writes the CloudFormation template of a stage and prints its path.")
        {
            stage,
            functions,
            noWebApp,
            output,
        };
        command.SetAction(arguments =>
        {
            try
            {
                Console.WriteLine(
                    Synthesize(
                        arguments.GetValue(output),
                        arguments.GetValue(stage),
                        arguments.GetValue(functions),
                        arguments.GetValue(noWebApp)
                    )
                );
                return 0;
            }
            catch (Exception error)
                when (error is ArgumentException or DirectoryNotFoundException or InvalidOperationException)
            {
                Console.Error.WriteLine($"synth failed: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    /// <returns>The template's path.</returns>
    private static string Synthesize(string? output, string? stageName, string? functions, bool noWebApp)
    {
        var app = PosStack.NewApp(output);
        var stage = Stage.Parse(stageName ?? app.Node.TryGetContext("stage") as string ?? "dev");
        var folder = functions ?? app.Node.TryGetContext("functions") as string;
        var withWebApp = !noWebApp && app.Node.TryGetContext("webApp") as string != "false";
        var packages = folder is null ? FunctionPackages.Publish(withWebApp) : FunctionPackages.In(folder, withWebApp);
        var stack = new PosStack(app, stage, packages);
        return Path.GetFullPath(Path.Combine(app.Synth().Directory, stack.TemplateFile));
    }
}
