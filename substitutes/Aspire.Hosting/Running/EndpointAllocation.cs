using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>
/// Gives every endpoint a port. Without a proxy the port that clients use is the one that the process listens on: the one
/// that was asked for, or a free one.
/// </summary>
internal static class EndpointAllocation
{
    /// <param name="resources">Every resource, so that free ports keep off the fixed ones.</param>
    /// <param name="randomize">Whether ports that were asked for are ignored, as tests have it, so that two applications can run side by side.</param>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        var ports = new Ports();
        var endpoints = resources.Where(r => r.IsProcess()).SelectMany(r => r.Annotations.OfType<EndpointAnnotation>(), (r, e) => (Resource: r, Endpoint: e, Fixed: FixedPort(r, e, randomize))).ToList();
        foreach (var (_, _, port) in endpoints)
        {
            if (port is { } value)
                ports.Reserve(value);
        }

        foreach (var (_, endpoint, port) in endpoints)
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost is "localhost" ? "localhost" : endpoint.TargetHost, port ?? ports.Allocate());
    }

    /// <summary>Nobody else may listen on a fixed port.</summary>
    /// <exception cref="DistributedApplicationException">Somebody does.</exception>
    public static void EnsureFree(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.AllocatedEndpoint is not { } allocated || Ports.IsFree(allocated.Port))
                continue;

            var remedy = endpoint.FromLaunchProfile
                ? "choose another in the project's Properties/launchSettings.json"
                : "choose another with WithEndpoint or WithHttpEndpoint";
            throw new DistributedApplicationException(
                $"port {allocated.Port} of endpoint '{endpoint.Name}' is taken: another process listens on it. End that process, or {remedy}.");
        }
    }

    private static int? FixedPort(IResource resource, EndpointAnnotation endpoint, bool randomize)
    {
        if (endpoint.TargetPort is { } target && resource is not ProjectResource)
        {
            return endpoint.Port is null || endpoint.Port == target || randomize
                ? target
                : throw new DistributedApplicationException(
                    $"Endpoint '{endpoint.Name}' of '{resource.Name}' has port {endpoint.Port} and target port {target}. "
                    + "Without a proxy they must be the same; leave one out.");
        }

        return randomize && endpoint.IsProxied ? null : endpoint.Port ?? endpoint.TargetPort;
    }
}
