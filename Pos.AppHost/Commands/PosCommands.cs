using Pos.AppHost.Backends;
using Pos.AppHost.Hosting;
using Pos.AppHost.Startup;

namespace Pos.AppHost.Commands;

/// <summary>The dashboard's commands, each on the resource that it belongs to.</summary>
internal static class PosCommands
{
    public static void AddCommands(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend,
        IResourceBuilder<PipelineResource> pipeline,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services,
        Sample? sample
    )
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;
        var ingest = services.Single(service => service.Resource.Name == "ingest");
        var lookup = services.Single(service => service.Resource.Name == "lookup");
        pipeline.WithImportCommand(ingest.GetEndpoint("http"));
        pipeline.WithReconcileCommand(lookup.GetEndpoint("http"));
        if (sample is not null)
            pipeline.WithReplaySampleCommand(sample);
        if (backend.Stream is { } stream)
            stream.WithReshardCommand(backend);
        if (builder.BackendName() == BackendSelection.Embedded)
            pipeline.WithResetCommand(data, services, sample);
    }
}
