using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Hosting;

internal static class DirectEndpoint
{
    private const string RandomPorts = "DcpPublisher:RandomizePorts";

    /// <summary>True if every part uses a random free port, as in tests.</summary>
    public static bool UsesRandomPorts(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue(RandomPorts, false);

    /// <summary>
    /// Makes the program listen on its public port itself, without Aspire's proxy. Several replicas share a port, so
    /// they keep the proxy.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithDirectEndpoint(this IResourceBuilder<ProjectResource> project)
    {
        if (project.Resource.GetReplicaCount() > 1 || project.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return project;
        var isRandom = project.ApplicationBuilder.UsesRandomPorts();
        return project.WithEndpoint(
            "http",
            endpoint =>
            {
                endpoint.IsProxied = false;
                if (isRandom)
                    endpoint.Port = endpoint.TargetPort = null;
            },
            createIfNotExists: false
        );
    }
}
