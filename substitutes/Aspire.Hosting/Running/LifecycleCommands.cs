using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Start, stop and restart, which every resource with a process has.</summary>
internal static class LifecycleCommands
{
    public static void Add(IResource resource)
    {
        Add(resource, KnownResourceCommands.StartCommand, "Start", runs: false, async (orchestrator, id, ct) =>
            await orchestrator.StartProcessAsync(resource, id, ct).ConfigureAwait(false)
                ? CommandResults.Success()
                : CommandResults.Failure($"'{id}' could not be started.")
        );
        Add(resource, KnownResourceCommands.StopCommand, "Stop", runs: true, async (orchestrator, id, ct) =>
        {
            await orchestrator.StopProcessAsync(resource, id, ct).ConfigureAwait(false);
            return CommandResults.Success();
        });
        Add(resource, KnownResourceCommands.RestartCommand, "Restart", runs: true, async (orchestrator, id, ct) =>
        {
            await orchestrator.StopProcessAsync(resource, id, ct).ConfigureAwait(false);
            return await orchestrator.StartProcessAsync(resource, id, ct).ConfigureAwait(false)
                ? CommandResults.Success()
                : CommandResults.Failure($"'{id}' could not be started again.");
        });
    }

    private static void Add(
        IResource resource,
        string name,
        string displayName,
        bool runs,
        Func<ApplicationOrchestrator, string, CancellationToken, Task<ExecuteCommandResult>> execute
    ) =>
        resource.Annotations.Add(
            new ResourceCommandAnnotation(
                name,
                displayName,
                context =>
                    (context.ResourceSnapshot.State?.Text == KnownResourceStates.Running) == runs
                        ? ResourceCommandState.Enabled
                        : ResourceCommandState.Hidden,
                context =>
                    execute(
                        context.ServiceProvider.GetRequiredService<ApplicationOrchestrator>(),
                        context.ResourceName,
                        context.CancellationToken
                    )
            )
        );
}
