using Pos.AppHost.Backends;

namespace Pos.AppHost;

/// <summary>The bundled file of a year's purchases.</summary>
internal static class Sample
{
    /// <summary>
    /// Replays the sample at the first start on a data folder; null afterwards, when <c>Pos:Sample</c> is <c>false</c>,
    /// on a deployed system, which is no place for it, and in a manifest. Replaying it again would change nothing, and
    /// take its time.
    /// </summary>
    public static IResourceBuilder<ProjectResource>? AddSample(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend
    )
    {
        var done = data["sample-replayed"];
        if (
            builder.ExecutionContext.IsPublishMode
            || backend.Warehouse is null
            || File.Exists(done)
            || string.Equals(builder.Configuration["Pos:Sample"], "false", StringComparison.OrdinalIgnoreCase)
        )
            return null;

        return builder
            .AddProject<Projects.Pos_Cli>("sample")
            .WithArgs("replay", FilePath(builder.AppHostDirectory))
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                        File.WriteAllText(done, "");
                    return Task.CompletedTask;
                }
            );
    }

    /// <summary>The purchase of the sample's first row, to look for.</summary>
    public static string FirstPurchaseId(string appHostDirectory) =>
        File.ReadLines(FilePath(appHostDirectory)).ElementAt(1).Split(',')[0];

    private static string FilePath(string appHostDirectory) =>
        Path.GetFullPath(Path.Combine(appHostDirectory, "..", "samples", "purchases.csv"));
}
