using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>
/// Gives every endpoint a port. Without a proxy the port that clients use is the one that the process listens on: the
/// one that was asked for, or a free one. A container listens on its target port, which is published on a port of this
/// machine. Of several processes the first listens there, and each other on a free port of its own.
/// </summary>
internal static class EndpointAllocation
{
    /// <param name="resources">Every resource, so that free ports keep off the fixed ones.</param>
    /// <param name="randomize">Whether ports that were asked for are ignored, as tests have it, so that two
    /// applications can run side by side.</param>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        var ports = new Ports();
        var endpoints = resources
            .Where(r => r.IsProcess())
            .SelectMany(
                r => r.Annotations.OfType<EndpointAnnotation>(),
                (r, e) => (Resource: r, Endpoint: e, Fixed: FixedPort(r, e, randomize))
            )
            .ToList();
        foreach (var (_, _, port) in endpoints)
        {
            if (port is { } value)
                ports.Reserve(value);
        }

        foreach (var (resource, endpoint, port) in endpoints)
        {
            var first = port ?? ports.Allocate();
            var processes = resource.InstanceIds().Count;
            endpoint.ProcessPorts = [first, .. Enumerable.Range(1, processes - 1).Select(_ => ports.Allocate())];
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(
                endpoint,
                endpoint.TargetHost,
                first,
                TargetPort(resource, endpoint, processes)
            );
        }
    }

    /// <summary>Nobody else may listen on a port of the process.</summary>
    /// <exception cref="DistributedApplicationException">Somebody does.</exception>
    public static void EnsureFree(IResource resource, int process)
    {
        foreach (
            var endpoint in resource
                .Annotations.OfType<EndpointAnnotation>()
                .Where(endpoint => endpoint.ProcessPorts.Count > process)
        )
        {
            var port = endpoint.ProcessPorts[process];
            if (Ports.IsFree(port))
                continue;

            var remedy = endpoint.FromLaunchProfile
                ? "choose another in the project's Properties/launchSettings.json"
                : "choose another with WithEndpoint or WithHttpEndpoint";
            throw new DistributedApplicationException(
                $"port {port} of endpoint '{endpoint.Name}' is taken: another process listens on it. End that process, or {remedy}."
            );
        }
    }

    private static string? TargetPort(IResource resource, EndpointAnnotation endpoint, int processes) =>
        resource is ContainerResource
            ? (
                endpoint.TargetPort
                ?? throw new DistributedApplicationException(
                    $"Endpoint '{endpoint.Name}' of '{resource.Name}' needs a target port: the one that is listened on in the container."
                )
            ).ToString(CultureInfo.InvariantCulture)
        : processes == 1 ? null
        : endpoint.ProcessPort;

    private static int? FixedPort(IResource resource, EndpointAnnotation endpoint, bool randomize)
    {
        if (endpoint.TargetPort is { } target && resource is ExecutableResource)
        {
            return endpoint.Port is null || endpoint.Port == target || randomize
                ? target
                : throw new DistributedApplicationException(
                    $"Endpoint '{endpoint.Name}' of '{resource.Name}' has port {endpoint.Port} and target port {target}. "
                        + "Without a proxy they must be the same; leave one out."
                );
        }

        return randomize && endpoint.IsProxied
            ? null
            : endpoint.Port ?? (resource is ContainerResource ? null : endpoint.TargetPort);
    }
}
