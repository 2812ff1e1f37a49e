using Pos.AppHost.Backends;

namespace Pos.AppHost.Startup;

/// <summary>Waits for the first part that fails, and describes the failure.</summary>
internal sealed class StartupFailure(ResourceNotificationService notifications, ResourceLoggerService logs)
{
    private const int MaxLogLines = 15;

    private static readonly TimeSpan s_logTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Completes with the message when a part fails.</summary>
    public async Task<string> FirstAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (Describe(change) is not { } failed)
                continue;
            var failure = failed;
            if (change.Resource.Annotations.OfType<StartupHint>().LastOrDefault() is { } hint)
                failure = $"{failure} {hint.Text}";
            var lines = await LastLinesAsync(change, cancellationToken);
            return lines is [] ? failure : $"{failure} Its last log lines:\n\n  {string.Join("\n  ", lines)}\n";
        }
        throw new OperationCanceledException(cancellationToken);
    }

    private static string? Describe(ResourceEvent change)
    {
        if (change.Resource.Annotations.OfType<ExpectedEnd>().Any(end => end.IsExpected()))
            return null;
        var snapshot = change.Snapshot;
        if (snapshot.State?.Text == KnownResourceStates.FailedToStart)
            return $"{change.Resource.Name} failed to start." + (change.Resource.IsContainer() ? ContainerHint : "");
        if (snapshot.State?.Text == KnownResourceStates.RuntimeUnhealthy)
            return $"{change.Resource.Name} cannot start." + ContainerHint;
        return snapshot.ExitCode is not (null or 0) || snapshot.State?.Text == KnownResourceStates.Exited
            ? $"{change.Resource.Name} ended with exit code {snapshot.ExitCode}."
            : null;
    }

    private static string ContainerHint =>
        $" Containers need an engine such as Docker. --Pos:Backend={BackendSelection.Embedded} needs none.";

    private async Task<string[]> LastLinesAsync(ResourceEvent failed, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_logTimeout);
        var lines = new List<string>();
        try
        {
            await foreach (var batch in logs.GetAllAsync(failed.ResourceId).WithCancellation(timeout.Token))
                lines.AddRange(batch.Select(line => WithoutTime(line.Content)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The lines received so far are enough.
        }
        return [.. lines.TakeLast(MaxLogLines)];
    }

    private static string WithoutTime(string line) =>
        line.IndexOf(' ') is > 0 and var space && DateTimeOffset.TryParse(line[..space], out _)
            ? line[(space + 1)..]
            : line;
}
