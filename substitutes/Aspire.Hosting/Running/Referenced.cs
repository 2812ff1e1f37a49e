using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Notes which resources a value is made from.</summary>
internal static class Referenced
{
    public static void By<T>(IResourceBuilder<T> builder, object value)
        where T : IResource
    {
        foreach (var resource in Resources(value, []))
        {
            if (!ReferenceEquals(resource, builder.Resource))
                builder.WithAnnotation(new ResourceRelationshipAnnotation(resource, "Reference"));
        }
    }

    private static IEnumerable<IResource> Resources(object value, HashSet<object> seen)
    {
        if (!seen.Add(value))
            return [];
        if (value is IResource resource)
            return [resource];
        return value is IValueWithReferences references
            ? references.References.SelectMany(r => Resources(r, seen))
            : [];
    }
}
