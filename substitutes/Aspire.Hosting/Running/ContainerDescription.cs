using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A container as the engine's command line is told of it.</summary>
/// <param name="Name">Unique in the engine.</param>
/// <param name="IsPersistent">Whether it outlives the application.</param>
/// <param name="Environment">What it finds in its environment.</param>
/// <param name="Options">Ports, mounts and the entry point.</param>
/// <param name="Image">With its tag.</param>
/// <param name="Arguments">Its command's.</param>
internal sealed record ContainerDescription(
    string Name,
    bool IsPersistent,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Options,
    string Image,
    IReadOnlyList<string> Arguments
)
{
    /// <summary>
    /// What the engine's own command line reads: such a variable is written out, as it would change the command
    /// instead.
    /// </summary>
    private static readonly string[] s_engines = ["DOCKER_", "CONTAINER", "PATH", "HOME", "XDG_"];

    /// <summary>Two containers of the same configuration are as good as each other.</summary>
    public string Configuration
    {
        get
        {
            var variables = Environment.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}");
            return Hash(string.Join('\0', [Image, .. Options, "", .. Arguments, "", .. variables]));
        }
    }

    /// <summary>
    /// What the command finds in its environment and passes on: values do not stand in its arguments, which anybody on
    /// the machine can read.
    /// </summary>
    public IReadOnlyDictionary<string, string> PassedEnvironment =>
        Environment.Where(v => !IsEngines(v.Key)).ToDictionary();

    public static ContainerDescription Of(
        ContainerResource resource,
        string id,
        string appHostId,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<string> arguments
    )
    {
        var image = resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()
            ?? throw new DistributedApplicationException("it has no image.");
        var persistent =
            resource.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime)
            && lifetime.Lifetime == ContainerLifetime.Persistent;
        var name =
            resource.TryGetLastAnnotation<ContainerNameAnnotation>(out var given) ? given.Name
            : persistent ? $"{resource.Name}-{appHostId[..8]}"
            : id;
        string[] options =
        [
            .. resource.Annotations.OfType<EndpointAnnotation>().SelectMany(Publish),
            .. resource.Annotations.OfType<ContainerMountAnnotation>().SelectMany(Mount),
            .. resource.Entrypoint is { } entrypoint ? ["--entrypoint", entrypoint] : Array.Empty<string>(),
        ];
        return new(
            name,
            persistent,
            environment,
            options,
            image.Tag is null ? image.Image : $"{image.Image}:{image.Tag}",
            arguments
        );
    }

    /// <summary>The arguments that make and start it.</summary>
    public string[] RunArguments(IEnumerable<string> labels) =>
        [
            "run",
            "--detach",
            "--name",
            Name,
            .. labels.SelectMany(label => new[] { "--label", label }),
            .. Options,
            .. Environment
                .OrderBy(v => v.Key, StringComparer.Ordinal)
                .SelectMany(v => new[] { "--env", IsEngines(v.Key) ? $"{v.Key}={v.Value}" : v.Key }),
            Image,
            .. Arguments,
        ];

    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    // On loopback only: without an address the engine would publish to the network, past most firewalls.
    private static string[] Publish(EndpointAnnotation endpoint) =>
        [
            "--publish",
            $"127.0.0.1:{endpoint.ProcessPorts[0]}:{endpoint.TargetPort}/{(endpoint.Protocol == System.Net.Sockets.ProtocolType.Udp ? "udp" : "tcp")}",
        ];

    private static string[] Mount(ContainerMountAnnotation mount)
    {
        string[] parts =
        [
            mount.Type == ContainerMountType.BindMount ? "type=bind" : "type=volume",
            .. mount.Source is null ? Array.Empty<string>() : [$"source={mount.Source}"],
            $"target={mount.Target}",
            .. mount.IsReadOnly ? ["readonly"] : Array.Empty<string>(),
        ];
        return ["--mount", string.Join(',', parts)];
    }

    private static bool IsEngines(string variable) =>
        s_engines.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));
}
