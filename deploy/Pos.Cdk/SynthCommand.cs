using System.CommandLine;
using Amazon.CDK;
using Pos.Cdk.Functions;

namespace Pos.Cdk;

/// <summary>
/// <c>synth</c>: writes the CloudFormation template and the function packages. Needs node, and no network once packages
/// are restored.
/// </summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var stage = new Option<string?>("--stage")
        {
            HelpName = "NAME",
            Description = "dev (cheap, destroyable) or prod. Context 'stage' does the same; dev when neither is given.",
        };
        var functions = new Option<string?>("--functions")
        {
            HelpName = "FOLDER",
            Description =
                "Folder with the packages ingest, processor, lookup and ui, published before. Without it they are published now.",
        };
        var noWebApp = new Option<bool>("--no-web-app")
        {
            Description =
                "Leaves the web app out, as does context 'webApp=false': no load balancer, no NAT, and no Docker to deploy with.",
        };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FOLDER",
            Description = "Where to write to. cdk.out by default, or where the CDK command line says.",
        };
        var command = new Command("synth", "Writes the CloudFormation template of a stage and says where.")
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
