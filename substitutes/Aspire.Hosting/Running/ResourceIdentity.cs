using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Gives every process an id of its own, and the commands that go with it.</summary>
internal static class ResourceIdentity
{
    private const int SuffixLength = 8;
    private const string SuffixCharacters = "abcdefghjkmnpqrstuvwxyz";

    /// <exception cref="DistributedApplicationException">Replicas would have to share a port.</exception>
    public static void Assign(IEnumerable<IResource> resources)
    {
        foreach (var resource in resources.Where(r => r.IsProcess() && !r.HasAnnotationOfType<InstanceIdsAnnotation>()))
        {
            var replicas = resource.GetReplicaCount();
            if (replicas > 1 && resource.HasAnnotationOfType<EndpointAnnotation>())
            {
                throw new DistributedApplicationException(
                    $"'{resource.Name}' has endpoints and {replicas} replicas. Only a proxy could share its port among them, and there is none here: "
                    + "leave out its endpoints (AddProject with a null launch profile), or run one.");
            }

            resource.Annotations.Add(new InstanceIdsAnnotation(
                [.. Enumerable.Range(0, replicas).Select(_ => $"{resource.Name}-{RandomNumberGenerator.GetString(SuffixCharacters, SuffixLength)}")]));
            LifecycleCommands.Add(resource);
        }
    }
}
