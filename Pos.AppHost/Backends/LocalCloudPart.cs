using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

internal static class LocalCloudPart
{
    /// <summary>LocalCloud, which takes requests that are signed with the access key.</summary>
    public static IResourceBuilder<ProjectResource> AddLocalCloud(
        this IDistributedApplicationBuilder builder,
        string name,
        DataFolder data,
        AccessKey accessKey
    ) =>
        builder
            .AddProject<Projects.Pos_LocalCloud>(name, launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/_health")
            .WithEnvironment("LocalCloud__DataFolder", data["localcloud"])
            .WithEnvironment("LocalCloud__AccessKeyId", accessKey.Id)
            .WithEnvironment("LocalCloud__SecretAccessKey", accessKey.Secret);
}
