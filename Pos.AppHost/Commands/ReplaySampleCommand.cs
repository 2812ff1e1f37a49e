using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost.Hosting;
using Pos.AppHost.Startup;

namespace Pos.AppHost.Commands;

/// <summary><em>Replay the sample</em>: sends the bundled file again, which changes nothing in the stores.</summary>
internal static class ReplaySampleCommand
{
    public static void WithReplaySampleCommand(this IResourceBuilder<PipelineResource> pipeline, Sample sample) =>
        pipeline.WithCommand(
            "replay-sample",
            "Replay the sample",
            context => ReplayAsync(sample, context.Services, context.CancellationToken),
            new CommandOptions
            {
                Description = "Sends the bundled year of purchases to ingest. Sending it again changes nothing.",
                IconName = "ArrowRepeatAll",
                Progress = new CommandProgressOptions { Title = "Replay the sample", Message = "Sending purchases" },
            }
        );

    /// <summary>Starts the sample's resource and waits for its end.</summary>
    public static async Task<ExecuteCommandResult> ReplayAsync(
        Sample sample,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        var started = await services.StartAsync(sample.Resource, cancellationToken);
        if (!started.Success)
            return started;
        var end = await services
            .GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(
                sample.Resource.Name,
                change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text),
                cancellationToken
            );
        return end.Snapshot.ExitCode == 0
            ? CommandResults.Success("The sample is accepted. It reaches the stores within seconds.")
            : CommandResults.Failure($"The replay ended with exit code {end.Snapshot.ExitCode}. Its log says why.");
    }
}
