using Microsoft.Extensions.Configuration;
using Pos.AppHost.Backends;
using Pos.AppHost.Hosting;

namespace Pos.AppHost.Startup;

/// <summary>The bundled file with a year of purchases.</summary>
/// <param name="Builder">The resource that replays the file.</param>
/// <param name="IsPending">True if this start replays the file, because the data folder does not have it yet.</param>
/// <param name="FirstPurchaseId">The purchase of the file's first row.</param>
internal sealed record Sample(IResourceBuilder<ProjectResource> Builder, bool IsPending, string FirstPurchaseId)
{
    public ProjectResource Resource => Builder.Resource;
}

internal static class SampleSetup
{
    /// <summary>
    /// Replays the sample at the first start on a data folder. Later it can be started manually. Returns null if
    /// <c>Pos:Sample</c> is <c>false</c>, on a deployed system, and in a manifest.
    /// </summary>
    public static Sample? AddSample(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend,
        IResourceBuilder<ProjectResource> ingest
    )
    {
        if (
            builder.ExecutionContext.IsPublishMode
            || backend.Warehouse is null
            || !builder.Configuration.GetValue("Pos:Sample", true)
        )
            return null;

        var file = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "samples", "purchases.csv"));
        var done = data["sample-replayed"];
        var isPending = !File.Exists(done);
        var sample = builder
            .AddProject<Projects.Pos_Cli>("sample")
            .WithBuiltProgram()
            .WithArgs("replay", file, "--to", ingest.GetEndpoint("http"))
            .WaitFor(ingest)
            .WithIconName("DocumentTable")
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                        File.WriteAllText(done, "");
                    return Task.CompletedTask;
                }
            );
        if (!isPending)
            sample.WithExplicitStart();
        return new Sample(sample, isPending, File.ReadLines(file).ElementAt(1).Split(',')[0]);
    }
}
