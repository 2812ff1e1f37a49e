namespace Pos.AppHost.Backends;

/// <summary>What the services speak to: AWS's APIs, wherever they are, and a warehouse. Services know nothing else of a backend.</summary>
/// <param name="Environment">Endpoints, region and credentials as the AWS SDK reads them.</param>
/// <param name="Warehouse">Redshift, or the Postgres that stands in for it: its owner's connection string, which only provisioning needs.</param>
/// <param name="WarehouseLookup">The same, for the lookup service, which may only read.</param>
/// <param name="WarehouseBi">The same, for people's BI tools, which may only read.</param>
/// <param name="Parts">What runs on this machine, and has to be healthy first.</param>
/// <param name="ObjectsUrl">Where S3 answers.</param>
/// <param name="TablesUrl">Where DynamoDB answers.</param>
internal sealed record Backend(
    IReadOnlyDictionary<string, object> Environment,
    IResourceBuilder<IResourceWithConnectionString> Warehouse,
    IResourceBuilder<IResourceWithConnectionString> WarehouseLookup,
    IResourceBuilder<IResourceWithConnectionString> WarehouseBi,
    IReadOnlyList<IResourceBuilder<IResource>> Parts,
    EndpointReference ObjectsUrl,
    EndpointReference TablesUrl);

internal static class BackendSelection
{
    public static Backend AddBackend(this IDistributedApplicationBuilder builder, DataFolder data) =>
        (builder.Configuration["Pos:Backend"] ?? "embedded") switch
        {
            "embedded" => builder.AddEmbeddedBackend(data),
            var other => throw new NotSupportedException($"Pos:Backend is '{other}'; there is: embedded."),
        };

    public static IResourceBuilder<ProjectResource> WithBackend(this IResourceBuilder<ProjectResource> project, Backend backend)
    {
        project.WithEnvironment(context =>
        {
            foreach (var (name, value) in backend.Environment)
                context.EnvironmentVariables[name] = value;
        });
        foreach (var part in backend.Parts)
            project.WaitFor(part);
        return project;
    }
}
