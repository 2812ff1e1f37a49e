using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint that a resource shall have.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocation = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="uriScheme">As in <c>http</c>; default <c>tcp</c>.</param>
    /// <param name="transport">As in <c>http2</c>.</param>
    /// <param name="name">Unique in the resource; default the scheme.</param>
    /// <param name="port">The port that clients use; null for a free one.</param>
    /// <param name="targetPort">The port that the process listens on.</param>
    /// <param name="isExternal">Whether it is to be reached from outside when deployed.</param>
    /// <param name="isProxied">Whether Aspire's proxy may stand before it.</param>
    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool? isProxied = null
    )
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : UriScheme);
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>As in <c>http</c>.</summary>
    public string UriScheme { get; set; }

    /// <summary>As in <c>http2</c>.</summary>
    public string Transport { get; set; }

    /// <summary>Unique in the resource, without regard to case.</summary>
    public string Name { get; set; }

    /// <summary>The port that clients use; null for a free one.</summary>
    public int? Port { get; set; }

    /// <summary>The port that the process listens on.</summary>
    public int? TargetPort { get; set; }

    /// <summary>The host that the process binds; <c>localhost</c> is loopback.</summary>
    public string TargetHost { get; set; } = "localhost";

    /// <summary>Whether it is to be reached from outside when deployed.</summary>
    public bool IsExternal { get; set; }

    /// <summary>
    /// Whether Aspire's proxy may stand before it. There is none here: a process listens on its port itself.
    /// </summary>
    public bool IsProxied { get; set; }

    /// <summary>Where it listens, once that is known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocation.Task.IsCompletedSuccessfully ? _allocation.Task.Result : null;
        set => _allocation.TrySetResult(value ?? throw new ArgumentNullException(nameof(value)));
    }

    internal Task<AllocatedEndpoint> Allocation => _allocation.Task;

    internal bool FromLaunchProfile { get; init; }

    /// <summary>
    /// The port of each of the resource's processes, once that is known. The first has the endpoint's.
    /// </summary>
    internal IReadOnlyList<int> ProcessPorts { get; set; } = [];

    /// <summary>
    /// Stands for the port of the process that is started, where a resource has several (<see cref="ProcessPorts"/>).
    /// </summary>
    internal string ProcessPort => $"{{{{port {Name}}}}}";
}

/// <summary>Where an endpoint listens.</summary>
public class AllocatedEndpoint(
    EndpointAnnotation endpoint,
    string address,
    int port,
    string? targetPortExpression = null
)
{
    /// <summary>What it was allocated for.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>A host name or address.</summary>
    public string Address { get; } = address;

    /// <summary>The port that clients use.</summary>
    public int Port { get; } = port;

    /// <summary>The port that the process listens on, as an expression.</summary>
    public string? TargetPortExpression { get; } = targetPortExpression;

    /// <summary>As in <c>http</c>.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary>As in <c>localhost:7101</c>.</summary>
    public string EndPointString => $"{Address}:{Port}";

    /// <summary>As in <c>http://localhost:7101</c>.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc/>
    public override string ToString() => UriString;
}
