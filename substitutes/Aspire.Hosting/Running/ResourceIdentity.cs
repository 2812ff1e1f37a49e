using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Gives every process an id of its own, and the commands that go with it.</summary>
internal static class ResourceIdentity
{
    private const int SuffixLength = 8;
    private const string SuffixCharacters = "abcdefghjkmnpqrstuvwxyz";

    public static void Assign(IEnumerable<IResource> resources)
    {
        foreach (var resource in resources.Where(r => r.IsProcess() && !r.HasAnnotationOfType<InstanceIdsAnnotation>()))
        {
            var replicas = resource.GetReplicaCount();
            resource.Annotations.Add(
                new InstanceIdsAnnotation([
                    .. Enumerable
                        .Range(0, replicas)
                        .Select(_ =>
                            $"{resource.Name}-{RandomNumberGenerator.GetString(SuffixCharacters, SuffixLength)}"
                        ),
                ])
            );
            LifecycleCommands.Add(resource);
        }
    }
}
