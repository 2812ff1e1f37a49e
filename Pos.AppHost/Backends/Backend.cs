using Pos.AppHost.Hosting;
using Pos.Storage;

namespace Pos.AppHost.Backends;

/// <summary>
/// What the services speak to: AWS's APIs, wherever they are, and a warehouse. Services know nothing else of a backend.
/// </summary>
internal sealed record Backend
{
    /// <summary>
    /// Endpoints, region and credentials as the AWS SDK reads them, names of resources, and other settings of the
    /// services.
    /// </summary>
    public required IReadOnlyDictionary<string, object> Environment { get; init; }

    /// <summary>What they are called there.</summary>
    public PosResources Resources { get; init; } = new();

    /// <summary>
    /// Postgres in place of Redshift; null where the deployment has made the warehouse, and everything else.
    /// </summary>
    public LocalWarehouse? Warehouse { get; init; }

    /// <summary>The warehouse for the lookup service, which may only read.</summary>
    public required IResourceBuilder<IResourceWithConnectionString> WarehouseLookup { get; init; }

    /// <summary>What has to be healthy first.</summary>
    public IReadOnlyList<IResourceBuilder<IResource>> Parts { get; init; } = [];

    /// <summary>Where the parts answer, by name, for <c>endpoints.json</c>: an address, or an endpoint.</summary>
    public IReadOnlyDictionary<string, object> Addresses { get; init; } = new Dictionary<string, object>();

    /// <summary>The endpoint of the delivery to the warehouse; null on AWS, which has CloudWatch metrics.</summary>
    public EndpointReference? Delivery { get; init; }

    /// <summary>The resource that has the stream; null on AWS.</summary>
    public IResourceBuilder<IResource>? Stream { get; init; }
}

/// <summary>A Postgres in place of Redshift, and who may do what in it.</summary>
/// <param name="Owner">Its owner's connection string, which only provisioning and maintenance need.</param>
/// <param name="Bi">The same, for people's BI tools, which may only read.</param>
internal sealed record LocalWarehouse(
    IResourceBuilder<IResourceWithConnectionString> Owner,
    IResourceBuilder<IResourceWithConnectionString> Bi
);

internal static class BackendSelection
{
    public const string Embedded = "embedded";
    public const string LocalStack = "localstack";
    public const string Aws = "aws";

    /// <summary>The backend that is configured: <c>Pos:Backend</c>.</summary>
    public static string BackendName(this IDistributedApplicationBuilder builder) =>
        builder.Configuration["Pos:Backend"] is { Length: > 0 } name ? name : Embedded;

    public static Backend AddBackend(this IDistributedApplicationBuilder builder, DataFolder data) =>
        StartRefusal.Print(() =>
            builder.BackendName() switch
            {
                Embedded => builder.AddEmbeddedBackend(data),
                LocalStack => builder.AddLocalStackBackend(data),
                Aws => builder.AddAwsBackend(data),
                var other => throw new StartRefusedException(
                    $"Unknown Pos:Backend '{other}'. Use {Embedded}, {LocalStack} or {Aws}."
                ),
            }
        );

    /// <summary>Creates on the backend what is not there yet, and ends; null where a deployment has done it.</summary>
    public static IResourceBuilder<ProjectResource>? AddProvision(
        this IDistributedApplicationBuilder builder,
        Backend backend
    ) =>
        backend.Warehouse is not { } warehouse
            ? null
            : builder
                .AddProject<Projects.Pos_Cli>("provision")
                .WithArgs("provision")
                .WithIconName("WrenchScrewdriver")
                .WithBackend(backend)
                .WithReference(warehouse.Owner)
                .WithReference(backend.WarehouseLookup)
                .WithReference(warehouse.Bi);

    public static IResourceBuilder<ProjectResource> WithBackend(
        this IResourceBuilder<ProjectResource> project,
        Backend backend
    )
    {
        project
            .WithBuiltProgram()
            .WithEnvironment(context =>
            {
                foreach (var (name, value) in backend.Environment)
                    context.EnvironmentVariables[name] = value;
            });
        foreach (var part in backend.Parts)
            project.WaitFor(part);
        return project;
    }

    /// <summary>The same, once what it works on is there.</summary>
    public static IResourceBuilder<ProjectResource> WithBackend(
        this IResourceBuilder<ProjectResource> project,
        Backend backend,
        IResourceBuilder<ProjectResource>? provision
    )
    {
        project.WithBackend(backend).WithDirectEndpoint();
        return provision is null ? project : project.WaitForCompletion(provision);
    }
}
