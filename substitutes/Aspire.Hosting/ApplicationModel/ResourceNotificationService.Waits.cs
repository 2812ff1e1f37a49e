using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    /// <summary>
    /// Waits until a resource runs, its health checks pass and the subscribers of <see cref="ResourceReadyEvent"/> are
    /// done.
    /// </summary>
    /// <exception cref="DistributedApplicationException">It ended or could not start, and the application's waits stop
    /// then.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName,
        CancellationToken cancellationToken = default
    ) => WaitForResourceHealthyAsync(resourceName, _defaultWaitBehavior, cancellationToken);

    /// <inheritdoc cref="WaitForResourceHealthyAsync(string, CancellationToken)"/>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName,
        WaitBehavior waitBehavior,
        CancellationToken cancellationToken = default
    )
    {
        var reached = await WaitForResourceAsync(
                resourceName,
                e => IsReady(e) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && HasEnded(e)),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (!IsReady(reached))
            throw new DistributedApplicationException(
                $"Stopped waiting for resource '{resourceName}' to become healthy because it {Ending(reached)}."
            );

        await reached.Snapshot.Ready!.WaitAsync(cancellationToken).ConfigureAwait(false);
        return reached;
    }

    /// <summary>Waits for everything that the resource was told to wait for.</summary>
    /// <exception cref="DistributedApplicationException">Something that is waited for ended or could not
    /// start.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().ToList();
        if (waits.Count == 0)
            return;

        // One of several processes may be started again while others run.
        await PublishUpdateAsync(resource, s =>
                s.State?.Text == KnownResourceStates.Running ? s : s with { State = KnownResourceStates.Waiting }
            )
            .ConfigureAwait(false);
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tasks = waits
            .SelectMany(wait =>
                wait.Resource.InstanceIds().Select(id => WaitForDependencyAsync(resource, wait, id, failure.Token))
            )
            .ToList();

        // The first that fails decides: nobody is to wait for the others then.
        while (tasks.Count > 0)
        {
            var done = await Task.WhenAny(tasks).ConfigureAwait(false);
            tasks.Remove(done);
            if (!done.IsCompletedSuccessfully)
                await failure.CancelAsync().ConfigureAwait(false);
            await done.ConfigureAwait(false);
        }
    }

    private async Task WaitForDependencyAsync(
        IResource resource,
        WaitAnnotation wait,
        string dependencyId,
        CancellationToken cancellationToken
    )
    {
        var name = wait.Resource.Name;
        var logger = _loggers.GetLogger(resource);
        var stops = (wait.WaitBehavior ?? _defaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        logger.Waiting(
            name,
            wait.WaitType switch
            {
                WaitType.WaitForCompletion => "to finish",
                WaitType.WaitUntilStarted => "to start",
                _ => "to be ready",
            }
        );

        Func<ResourceEvent, bool> reached = wait.WaitType switch
        {
            WaitType.WaitForCompletion => HasEnded,
            WaitType.WaitUntilStarted => IsRunning,
            _ => IsReady,
        };
        var state = await WaitForResourceAsync(
                name,
                e => e.ResourceId == dependencyId && (reached(e) || (stops && HasEnded(e))),
                cancellationToken
            )
            .ConfigureAwait(false);

        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            if (
                state.Snapshot.State?.Text == KnownResourceStates.FailedToStart
                || (state.Snapshot.ExitCode ?? 0) != wait.ExitCode
            )
                throw new DistributedApplicationException(
                    $"'{name}', which has to finish with exit code {wait.ExitCode} before, {Ending(state)}."
                );
            return;
        }

        if (!reached(state))
            throw new DistributedApplicationException($"'{name}', which has to run before, {Ending(state)}.");
        if (wait.WaitType == WaitType.WaitUntilHealthy)
            await state.Snapshot.Ready!.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsRunning(ResourceEvent e) => e.Snapshot.State?.Text == KnownResourceStates.Running;

    private static bool IsReady(ResourceEvent e) =>
        e.Snapshot is { HealthStatus: HealthStatus.Healthy, Ready: not null };

    private static bool HasEnded(ResourceEvent e) =>
        e.Snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text);

    private static string Ending(ResourceEvent e) =>
        e.Snapshot switch
        {
            { State.Text: var text } when text == KnownResourceStates.FailedToStart => "could not start",
            { ExitCode: { } code } => $"ended with exit code {code}",
            _ => "ended",
        };
}
