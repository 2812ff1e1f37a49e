using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Who needs whom, for stopping in reverse.</summary>
internal static class DependencyOrder
{
    /// <summary>
    /// For each resource those that need it, by waits, references and parents. A circle of references, which is legal,
    /// is cut where it closes.
    /// </summary>
    public static IReadOnlyDictionary<IResource, IReadOnlyList<IResource>> Dependants(IEnumerable<IResource> resources)
    {
        var all = resources.ToList();
        var dependants = all.ToDictionary(r => r, _ => new List<IResource>());
        var visited = new HashSet<IResource>();
        var path = new HashSet<IResource>();
        foreach (var resource in all)
            Visit(resource);
        return dependants.ToDictionary(d => d.Key, d => (IReadOnlyList<IResource>)d.Value);

        void Visit(IResource resource)
        {
            if (!visited.Add(resource))
                return;

            path.Add(resource);
            foreach (var needed in Needs(resource).Where(dependants.ContainsKey))
            {
                if (path.Contains(needed))
                    continue;
                dependants[needed].Add(resource);
                Visit(needed);
            }

            path.Remove(resource);
        }
    }

    // Waits come first: where a circle must be cut, a reference gives way to a wait.
    private static IEnumerable<IResource> Needs(IResource resource) =>
        resource
            .Annotations.OfType<WaitAnnotation>()
            .Select(w => w.Resource)
            .Concat(
                resource
                    .Annotations.OfType<ResourceRelationshipAnnotation>()
                    .Where(r => r.Type is "Reference" or "Parent")
                    .Select(r => r.Resource)
            )
            .Concat(resource is IResourceWithParent child ? [child.Parent] : [])
            .Where(needed => needed != resource)
            .Distinct();
}
