using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// <c>--publisher manifest --output-path FILE</c> (Aspire's "Deployment manifest format"): writes the model to a file
/// and starts nothing.
/// </summary>
internal sealed partial class ManifestPublisher(
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext context,
    IConfiguration configuration,
    ILogger<ManifestPublisher> logger
)
{
    private const string Publisher = "publisher";
    private const string OutputPath = "output-path";

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="DistributedApplicationException">It asks for a publisher that there is not.</exception>
    public static DistributedApplicationOperation Asked(IConfiguration commandLine)
    {
        var publisher = commandLine[Publisher];
        var isPublish = string.Equals(commandLine["operation"], "publish", StringComparison.OrdinalIgnoreCase);
        if (publisher is null && !isPublish)
            return DistributedApplicationOperation.Run;
        return publisher is "manifest"
            ? DistributedApplicationOperation.Publish
            : throw new DistributedApplicationException(
                $"There is no publisher '{publisher}'; there is: --publisher manifest."
            );
    }

    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(
            configuration[OutputPath]
                ?? throw new DistributedApplicationException(
                    $"--{OutputPath} says which file the manifest is written to."
                )
        );
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            path = Path.Combine(path, "aspire-manifest.json");
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;

        var file = new FileStream(path, FileMode.Create);
        await using (file.ConfigureAwait(false))
        {
            var json = new Utf8JsonWriter(
                file,
                new JsonWriterOptions
                {
                    Indented = true,
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            );
            await using (json.ConfigureAwait(false))
            {
                json.WriteStartObject();
                json.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
                json.WriteStartObject("resources");
                foreach (
                    var resource in model.Resources.Where(resource =>
                        !resource.HasAnnotationOfType<ExcludedFromManifestAnnotation>()
                    )
                )
                    await new ManifestResource(json, resource, context, folder)
                        .WriteAsync(cancellationToken)
                        .ConfigureAwait(false);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }
        LogPublished(logger, path);
    }

    [LoggerMessage(1, LogLevel.Information, "Published manifest to: {Path}")]
    private static partial void LogPublished(ILogger logger, string path);
}

/// <summary>A resource that no manifest has.</summary>
internal sealed class ExcludedFromManifestAnnotation : IResourceAnnotation;
