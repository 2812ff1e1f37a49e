using Microsoft.Extensions.DependencyInjection;

namespace Pos.AppHost.Commands;

/// <summary>Starts and stops resources as the dashboard's buttons do.</summary>
internal static class ResourceLifecycle
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    /// <summary>Starts a resource that is not running, and waits until it has left its last state.</summary>
    public static async Task<ExecuteCommandResult> StartAsync(
        this IServiceProvider services,
        IResource resource,
        CancellationToken cancellationToken
    )
    {
        var result = await services
            .GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        if (!result.Success)
            return result;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_timeout);
        await services
            .GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(
                resource.Name,
                change => change.Snapshot.State?.Text is { } state && !IsWaiting(state),
                timeout.Token
            );
        return result;

        static bool IsWaiting(string state) =>
            state == KnownResourceStates.NotStarted
            || state == KnownResourceStates.Waiting
            || state == KnownResourceStates.Starting;
    }

    /// <summary>Stops all replicas of a resource and waits for their end.</summary>
    public static async Task StopAsync(
        this IServiceProvider services,
        IResource resource,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_timeout);
        await services
            .GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(resource, KnownResourceCommands.StopCommand, timeout.Token);
        await services
            .GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(resource.Name, KnownResourceStates.TerminalStates, timeout.Token);
    }
}
