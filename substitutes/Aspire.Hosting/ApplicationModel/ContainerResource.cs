namespace Aspire.Hosting.ApplicationModel;

/// <summary>A container.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="entrypoint">What runs in it, instead of what the image says.</param>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name),
        IResourceWithEnvironment,
        IResourceWithArgs,
        IResourceWithEndpoints,
        IResourceWithWaitSupport
{
    /// <summary>What runs in it, instead of what the image says.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}

/// <summary>The image of a container.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>With its registry, unless that is the engine's default.</summary>
    public required string Image { get; set; }

    /// <summary>Null for the engine's default.</summary>
    public string? Tag { get; set; }
}

/// <summary>What a mount is made of.</summary>
public enum ContainerMountType
{
    /// <summary>A file or folder of this machine.</summary>
    BindMount = 0,

    /// <summary>A volume of the engine's.</summary>
    Volume = 1,
}

/// <summary>A mount of a container.</summary>
/// <param name="source">A full path, or a volume's name; null for a volume that goes with its container.</param>
/// <param name="target">The path in the container.</param>
/// <param name="type">What it is made of.</param>
/// <param name="isReadOnly">Whether the container may only read it.</param>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly)
    : IResourceAnnotation
{
    /// <summary>A full path, or a volume's name; null for a volume that goes with its container.</summary>
    public string? Source { get; } = source;

    /// <summary>The path in the container.</summary>
    public string Target { get; } = target;

    /// <summary>What it is made of.</summary>
    public ContainerMountType Type { get; } = type;

    /// <summary>Whether the container may only read it.</summary>
    public bool IsReadOnly { get; } = isReadOnly;
}

/// <summary>How long a container is there.</summary>
public enum ContainerLifetime
{
    /// <summary>As long as the application runs.</summary>
    Session = 0,

    /// <summary>
    /// Until somebody removes it. The next run of the application finds it again, unless it is described differently by
    /// then: then it makes a new one.
    /// </summary>
    Persistent = 1,
}

/// <summary>How long a container is there.</summary>
public sealed class ContainerLifetimeAnnotation : IResourceAnnotation
{
    /// <summary>How long it is there.</summary>
    public required ContainerLifetime Lifetime { get; set; }
}

/// <summary>The name that the engine knows a container by.</summary>
public sealed class ContainerNameAnnotation : IResourceAnnotation
{
    /// <summary>Unique in the engine.</summary>
    public required string Name { get; set; }
}
