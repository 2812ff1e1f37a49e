using Pos.AppHost.Embedded;
using Pos.AppHost.Hosting;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.AppHost.Backends;

internal static class LocalCloudPart
{
    /// <summary>Adds LocalCloud. It accepts requests that are signed with the access key.</summary>
    public static IResourceBuilder<ProjectResource> AddLocalCloud(
        this IDistributedApplicationBuilder builder,
        string name,
        DataFolder data,
        AccessKey accessKey
    ) =>
        builder
            .AddProject<Projects.LocalCloud>(name, launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpHealthCheck("/_health")
            .WithEnvironment("LocalCloud__DataFolder", data["localcloud"])
            .WithEnvironment("LocalCloud__Delivery__AfterCopySql", $"CALL {WarehouseTables.MergeProcedure}()")
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables["LocalCloud__AccessKeyId"] = accessKey.Id;
                context.EnvironmentVariables["LocalCloud__SecretAccessKey"] = accessKey.Secret;
            })
            .WithBuiltProgram()
            .WithDirectEndpoint()
            .WithIconName("Cloud")
            .WithUrlForEndpoint("http", url => url.DisplayText = "AWS endpoint")
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation
            {
                Url = $"/{new PosResources().LakeBucket}",
                DisplayText = "Lake (S3)",
            });
}
