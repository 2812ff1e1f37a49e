using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something the application is made of: a process, a parameter, a connection string.</summary>
public interface IResource
{
    /// <summary>Unique in the application, without regard to case.</summary>
    string Name { get; }

    /// <summary>What the builder's methods said about it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>One statement about a resource.</summary>
public interface IResourceAnnotation;

/// <summary>The statements about a resource, in the order in which they were made.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

/// <summary>Base of every resource.</summary>
public abstract class Resource : IResource
{
    /// <param name="name">1–64 of letters, digits and inner single hyphens, starting with a letter.</param>
    protected Resource(string name)
    {
        ValidateName(name);
        Name = name;
    }

    /// <inheritdoc/>
    public virtual string Name { get; }

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];

    /// <summary>
    /// The rule that Aspire's <c>ModelName</c> has: names become host names and environment variables.
    /// </summary>
    private static void ValidateName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var valid =
            name.Length <= 64
            && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && !name.Contains("--", StringComparison.Ordinal)
            && name[^1] != '-';
        if (!valid)
        {
            throw new ArgumentException(
                $"Resource name '{name}' is invalid. A name has 1 to 64 ASCII letters, digits and hyphens, starts with a letter, "
                    + "and has no hyphen at its end or beside another.",
                nameof(name)
            );
        }
    }
}

/// <summary>A resource whose environment can be set.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that takes command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource that belongs to another.</summary>
public interface IResourceWithParent : IResource
{
    /// <summary>The resource it belongs to.</summary>
    IResource Parent { get; }
}

/// <summary>A resource that belongs to another of a known type.</summary>
public interface IResourceWithParent<out T> : IResourceWithParent
    where T : IResource
{
    /// <summary>The resource it belongs to.</summary>
    new T Parent { get; }

    IResource IResourceWithParent.Parent => Parent;
}
