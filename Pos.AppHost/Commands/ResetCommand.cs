using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.AppHost.Hosting;
using Pos.AppHost.Startup;

namespace Pos.AppHost.Commands;

/// <summary>
/// <em>Reset data</em>: stops everything, deletes the data of all stores, and starts again with the sample.
/// </summary>
internal static partial class ResetCommand
{
    private static readonly string[] s_stores = ["localcloud", "postgres", "sample-replayed"];
    private static readonly string[] s_storeResources = ["warehouse", "localcloud"];

    public static void WithResetCommand(
        this IResourceBuilder<PipelineResource> pipeline,
        DataFolder data,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services,
        Sample? sample
    ) =>
        pipeline.WithCommand(
            "reset-data",
            "Reset data",
            context => ResetAsync(data, [.. services.Select(service => service.Resource)], sample, context),
            new CommandOptions
            {
                Description = "Deletes all purchases from stream, lake, lookup table, warehouse and quarantine.",
                ConfirmationMessage =
                    "Delete all purchases in every store? This cannot be undone. The sample is replayed afterwards.",
                IconName = "Delete",
                Progress = new CommandProgressOptions { Title = "Reset data", Message = "Deleting and starting again" },
            }
        );

    private static async Task<ExecuteCommandResult> ResetAsync(
        DataFolder data,
        IReadOnlyList<ProjectResource> services,
        Sample? sample,
        ExecuteCommandContext context
    )
    {
        var model = context.Services.GetRequiredService<DistributedApplicationModel>();
        var cancellationToken = context.CancellationToken;
        // In start order: the resources that others need come first.
        IResource[] stores =
        [
            .. s_storeResources.SelectMany(name =>
                model.Resources.Where(resource => resource.Name == name && resource is not ConnectionStringResource)
            ),
        ];
        IResource provision = model.Resources.Single(resource => resource.Name == "provision");
        LogReset(context.Logger, data.Path);

        foreach (var service in services)
            await context.Services.StopAsync(service, cancellationToken);
        foreach (var store in stores.Reverse())
            await context.Services.StopAsync(store, cancellationToken);
        data.DeleteStores(s_stores);

        foreach (var resource in stores.Append(provision).Concat(services.Reverse()))
        {
            var started = await context.Services.StartAsync(resource, cancellationToken);
            if (!started.Success)
                return CommandResults.Failure($"The data is deleted, but {resource.Name} did not start again.");
        }
        if (sample is not null)
            await ReplaySampleCommand.ReplayAsync(sample, context.Services, cancellationToken);
        return CommandResults.Success(
            "All stores are empty" + (sample is null ? "." : ", and the sample is replayed.")
        );
    }

    [LoggerMessage(1, LogLevel.Warning, "Deleting all purchases in {Folder}")]
    private static partial void LogReset(ILogger logger, string folder);
}
