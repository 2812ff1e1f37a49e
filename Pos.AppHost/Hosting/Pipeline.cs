namespace Pos.AppHost.Hosting;

/// <summary>Groups the resources that process purchases, and has their common commands.</summary>
internal sealed class PipelineResource(string name) : Resource(name);

internal static class PipelineSetup
{
    public static IResourceBuilder<PipelineResource> AddPipeline(this IDistributedApplicationBuilder builder) =>
        builder
            .AddResource(new PipelineResource("pipeline"))
            .WithIconName("Flow")
            .WithInitialState(
                new CustomResourceSnapshot
                {
                    ResourceType = "Group",
                    State = KnownResourceStates.Running,
                    Properties = [],
                }
            )
            .ExcludeFromManifest();
}
