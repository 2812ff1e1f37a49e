using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost.Backends;
using Pos.AppHost.Commands;
using Pos.AppHost.Hosting;
using Pos.AppHost.Startup;

namespace Pos.AppHost.Embedded;

/// <summary>
/// Moves lookup table and leases out of dynalite, which versions before 0.2 used. As dynalite could lose acknowledged
/// updates, the lookup table is then rebuilt from the lake.
/// </summary>
internal static class DynaliteMigration
{
    private const string Folder = "dynalite";
    private const string CopiedMarker = "dynalite-copied";
    private const string Package = "dynalite@4.0.0";

    /// <summary>Copies the tables if the data folder has dynalite's. Returns the copying resource, or null.</summary>
    public static IResourceBuilder<ProjectResource>? AddDynaliteMigration(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend
    )
    {
        if (
            builder.ExecutionContext.IsPublishMode
            || builder.BackendName() != BackendSelection.Embedded
            || !Directory.Exists(data[Folder])
            || File.Exists(data[CopiedMarker])
        )
            return null;
        var dynalite = builder.AddDynalite(data);
        return builder
            .AddProject<Projects.Pos_Cli>("copy-tables")
            .WithBackend(backend)
            .WithArgs("tables", "copy", "--from", dynalite.GetEndpoint("http"))
            .WaitFor(dynalite)
            .WithIconName("DatabaseArrowRight")
            .WithStartupHint(HintFor(data[Folder]))
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode != 0)
                        return Task.CompletedTask;
                    File.WriteAllText(data[CopiedMarker], "");
                    // Not awaited: the event that dynalite ended waits for this handler.
                    _ = stopped.Services.StopAsync(dynalite.Resource, CancellationToken.None);
                    return Task.CompletedTask;
                }
            );
    }

    /// <summary>Rebuilds the lookup table from the lake after tables were copied.</summary>
    public static IResourceBuilder<ProjectResource>? AddLookupTableRebuild(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend
    )
    {
        if (
            builder.ExecutionContext.IsPublishMode
            || backend.Warehouse is not { } warehouse
            || builder.BackendName() != BackendSelection.Embedded
            || !Directory.Exists(data[Folder])
        )
            return null;
        return builder
            .AddProject<Projects.Pos_Cli>("rebuild-lookup-table")
            .WithBackend(backend)
            .WithReference(warehouse.Owner)
            .WithArgs("lake", "rebuild")
            .WithIconName("DatabaseWrench")
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                        data.DeleteStores(Folder, CopiedMarker);
                    return Task.CompletedTask;
                }
            );
    }

    private static IResourceBuilder<ExecutableResource> AddDynalite(
        this IDistributedApplicationBuilder builder,
        DataFolder data
    )
    {
        var folder = data[Folder];
        var dynalite = builder
            .AddExecutable(
                "dynalite",
                OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
                builder.AppHostDirectory,
                "exec",
                "--yes",
                $"--package={Package}",
                "--",
                "dynalite",
                "--host",
                "127.0.0.1",
                "--path",
                folder
            )
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/")
            .WithAnnotation(new ExpectedEnd(() => File.Exists(data[CopiedMarker])))
            .WithStartupHint(HintFor(folder));
        return dynalite.WithArgs(context =>
        {
            context.Args.Add("--port");
            context.Args.Add(dynalite.GetEndpoint("http").Property(EndpointProperty.TargetPort));
        });
    }

    private static string HintFor(string folder) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"The tables of an earlier version in {folder} cannot be copied. Install Node 20 or newer with npm to copy "
                + $"them once. To start without the old data: dotnet run --project Pos.AppHost -- --fresh"
        );
}
