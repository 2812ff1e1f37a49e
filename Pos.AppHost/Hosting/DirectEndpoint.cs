using Microsoft.Extensions.Configuration;

namespace Pos.AppHost.Hosting;

internal static class DirectEndpoint
{
    private const string RandomPorts = "DcpPublisher:RandomizePorts";

    /// <summary>True if every part takes a free port, as in tests.</summary>
    public static bool UsesRandomPorts(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue(RandomPorts, false);

    /// <summary>
    /// Lets the program listen on its public port itself, without Aspire's proxy in front. Several replicas share a
    /// port and therefore keep the proxy.
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
