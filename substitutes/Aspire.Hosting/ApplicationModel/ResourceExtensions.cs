using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What was said about a resource.</summary>
public static class ResourceExtensions
{
    /// <summary>The last annotation of a type.</summary>
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    /// <summary>Every annotation of a type, if there is one.</summary>
    public static bool TryGetAnnotationsOfType<T>(
        this IResource resource,
        [NotNullWhen(true)] out IEnumerable<T>? result
    )
        where T : IResourceAnnotation
    {
        var found = resource.Annotations.OfType<T>().ToList();
        result = found.Count == 0 ? null : found;
        return result is not null;
    }

    /// <summary>Whether there is an annotation of a type.</summary>
    public static bool HasAnnotationOfType<T>(this IResource resource)
        where T : IResourceAnnotation => resource.Annotations.OfType<T>().Any();

    /// <summary>The endpoints that were described.</summary>
    public static bool TryGetEndpoints(
        this IResource resource,
        [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints
    ) => resource.TryGetAnnotationsOfType(out endpoints);

    /// <summary>The urls to show.</summary>
    public static bool TryGetUrls(
        this IResource resource,
        [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls
    ) => resource.TryGetAnnotationsOfType(out urls);

    /// <summary>References to every endpoint.</summary>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
        resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e));

    /// <summary>A reference to an endpoint, which need not exist yet.</summary>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) =>
        new(resource, endpointName);

    /// <summary>How many processes the resource is.</summary>
    public static int GetReplicaCount(this IResource resource) =>
        resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas) ? replicas.Replicas : 1;

    /// <summary>The ids of its processes; its name if it has none.</summary>
    internal static IReadOnlyList<string> InstanceIds(this IResource resource) =>
        resource.TryGetLastAnnotation<InstanceIdsAnnotation>(out var instances) ? instances.Ids : [resource.Name];

    /// <summary>The place of one of its processes among them, from 0.</summary>
    internal static int ProcessIndex(this IResource resource, string instanceId) =>
        resource.InstanceIds().Index().First(instance => instance.Item == instanceId).Index;

    /// <summary>Whether something is started for it: a process, or a container.</summary>
    internal static bool IsProcess(this IResource resource) =>
        resource is ProjectResource or ExecutableResource or ContainerResource;

    /// <summary>What it belongs to, by type or by <c>WithParentRelationship</c>.</summary>
    internal static IResource? ParentOrNull(this IResource resource) =>
        resource is IResourceWithParent child
            ? child.Parent
            : resource
                .Annotations.OfType<ResourceRelationshipAnnotation>()
                .LastOrDefault(r => r.Type == "Parent")
                ?.Resource;
}
