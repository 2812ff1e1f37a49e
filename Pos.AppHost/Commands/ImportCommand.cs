using Pos.AppHost.Hosting;

namespace Pos.AppHost.Commands;

/// <summary><em>Import a CSV…</em>: asks for a file and sends it to ingest, as <c>pos replay</c> does.</summary>
internal static class ImportCommand
{
    private const string PathInput = "path";

#pragma warning disable ASPIREPROCESSCOMMAND001 // Experimental: commands that run a process.
    public static void WithImportCommand(this IResourceBuilder<PipelineResource> pipeline, EndpointReference ingest) =>
        pipeline.WithProcessCommand(
            "import-csv",
            "Import a CSV…",
            async context =>
                PosProgram.Run([
                    "replay",
                    FullPath(context.Arguments.GetString(PathInput)),
                    "--to",
                    await UrlAsync(ingest, context),
                ]),
            new ProcessCommandOptions
            {
                Description = "Sends a till's file to ingest. Rows that break a rule go to NAME.rejects.csv beside it.",
                IconName = "ArrowUpload",
                IsHighlighted = true,
                MaxOutputLineCount = 20,
                // 2: some rows were rejected, and the output says how many.
                SuccessExitCodes = [0, 2],
                Progress = new CommandProgressOptions
                {
                    Title = "Import a CSV",
                    Message = "Sending the file to ingest",
                },
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = PathInput,
                        Label = "File",
                        Description = "Path of the CSV file on this machine",
                        Placeholder = "/path/to/purchases.csv",
                        InputType = InputType.Text,
                        Required = true,
                    },
                ],
                ValidateArguments = context =>
                {
                    var input = context.Inputs[PathInput];
                    if (!File.Exists(FullPath(input.Value)))
                        context.AddValidationError(input, $"There is no file '{input.Value}'.");
                    return Task.CompletedTask;
                },
            }
        );
#pragma warning restore ASPIREPROCESSCOMMAND001

    // A path copied from a file manager may have quotes.
    private static string FullPath(string? path) =>
        Path.GetFullPath((path ?? "").Trim().Trim('"', '\'') is { Length: > 0 } given ? given : ".");

    private static async Task<string> UrlAsync(EndpointReference ingest, ExecuteCommandContext context) =>
        await ingest.GetValueAsync(context.CancellationToken)
        ?? throw new InvalidOperationException("ingest has no address yet.");
}
