using Pos.AppHost.Hosting;
using Pos.Storage;

namespace Pos.AppHost.Backends;

/// <summary>
/// The AWS APIs and the warehouse that the services use. Services know nothing else about a backend.
/// </summary>
internal sealed record Backend
{
    /// <summary>
    /// Environment variables of the services: endpoints, region and credentials of the AWS SDK, names of resources, and
    /// other settings.
    /// </summary>
    public required IReadOnlyDictionary<string, object> Environment { get; init; }

    /// <summary>Names of the AWS resources.</summary>
    public PosResources Resources { get; init; } = new();

    /// <summary>
    /// Postgres instead of Redshift; null on AWS, where a deployment creates all resources.
    /// </summary>
    public LocalWarehouse? Warehouse { get; init; }

    /// <summary>Read-only connection to the warehouse for the lookup service.</summary>
    public required IResourceBuilder<IResourceWithConnectionString> WarehouseLookup { get; init; }

    /// <summary>Resources that must be healthy before the services start.</summary>
    public IReadOnlyList<IResourceBuilder<IResource>> Parts { get; init; } = [];

    /// <summary>Addresses or endpoints of the parts by name, for <c>endpoints.json</c>.</summary>
    public IReadOnlyDictionary<string, object> Addresses { get; init; } = new Dictionary<string, object>();

    /// <summary>The endpoint of the delivery to the warehouse; null on AWS, which has CloudWatch metrics.</summary>
    public EndpointReference? Delivery { get; init; }

    /// <summary>The resource that has the stream; null on AWS.</summary>
    public IResourceBuilder<IResource>? Stream { get; init; }
}

/// <summary>Connections to a Postgres that replaces Redshift.</summary>
/// <param name="Owner">Connection of the owner, for provisioning and maintenance only.</param>
/// <param name="Bi">Read-only connection for BI tools.</param>
internal sealed record LocalWarehouse(
    IResourceBuilder<IResourceWithConnectionString> Owner,
    IResourceBuilder<IResourceWithConnectionString> Bi
);

internal static class BackendSelection
{
    public const string Embedded = "embedded";
    public const string LocalStack = "localstack";
    public const string Aws = "aws";

    /// <summary>Returns the configured backend, <c>Pos:Backend</c>.</summary>
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

    /// <summary>
    /// Adds the command that creates missing resources; null on AWS, where a deployment creates them.
    /// </summary>
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

    /// <summary>Connects the service to the backend and starts it after provisioning.</summary>
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
