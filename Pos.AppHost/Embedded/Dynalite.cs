namespace Pos.AppHost.Embedded;

/// <summary>dynalite: DynamoDB's API on LevelDB, from npm.</summary>
internal static class Dynalite
{
    public static IResourceBuilder<ExecutableResource> AddDynalite(
        this IDistributedApplicationBuilder builder,
        string name,
        DataFolder data,
        NpmPackages packages
    )
    {
        var dynalite = builder
            .AddExecutable(
                name,
                "node",
                packages.Folder.Path,
                "dynalite.cjs",
                "--host",
                "127.0.0.1",
                "--path",
                data["dynalite"],
                "--createTableMs",
                "0",
                "--deleteTableMs",
                "0",
                "--updateTableMs",
                "0"
            )
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/");
        dynalite.WithArgs(context =>
        {
            context.Args.Add("--port");
            context.Args.Add(dynalite.GetEndpoint("http").Property(EndpointProperty.TargetPort));
        });
        return packages.Install is { } install ? dynalite.WaitForCompletion(install) : dynalite;
    }
}
