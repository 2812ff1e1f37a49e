using System.Collections.Concurrent;
using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

/// <summary>Checks the health of what runs, and says once per start that it is ready.</summary>
internal sealed class HealthMonitor(
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    HealthCheckService checks,
    IServiceProvider services,
    IOptions<RunOptions> options
) : BackgroundService
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();

    /// <summary>A report without an outcome for each check, the resource's own and its parents'.</summary>
    public static ImmutableArray<HealthReportSnapshot> InitialReports(IResource resource) =>
        [.. Keys(resource).Select(key => new HealthReportSnapshot(key, null, null, null))];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var change in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
        {
            if (change.Snapshot.State?.Text == KnownResourceStates.Running)
            {
                if (!_running.ContainsKey(change.ResourceId))
                {
                    var run = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    _running[change.ResourceId] = run;
                    _ = CheckAsync(change, run.Token);
                }
            }
            else if (_running.TryRemove(change.ResourceId, out var ended))
            {
                await ended.CancelAsync().ConfigureAwait(false);
                ended.Dispose();
            }
        }
    }

    private static IReadOnlyList<string> Keys(IResource resource)
    {
        var keys = new List<string>();
        for (var r = resource; r is not null; r = r.ParentOrNull())
            keys.AddRange(r.Annotations.OfType<HealthCheckAnnotation>().Select(a => a.Key));
        return [.. keys.Distinct()];
    }

    private async Task CheckAsync(ResourceEvent started, CancellationToken cancellationToken)
    {
        var resource = started.Resource;
        var keys = Keys(resource);
        var ready = false;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var reports = keys.Count == 0 ? [] : await ReportAsync(keys, cancellationToken).ConfigureAwait(false);
                var healthy = reports.All(r => r.Status == HealthStatus.Healthy);
                var becomesReady = healthy && !ready;
                TaskCompletionSource? readiness = becomesReady
                    ? new(TaskCreationOptions.RunContinuationsAsynchronously)
                    : null;
                await notifications
                    .PublishUpdateAsync(resource, started.ResourceId, s =>
                        IsSameRun(s, started.Snapshot)
                            ? s with
                            {
                                HealthReports = reports,
                                Ready = readiness?.Task ?? s.Ready,
                            }
                            : s
                    )
                    .ConfigureAwait(false);
                if (becomesReady)
                {
                    ready = true;
                    await AnnounceAsync(started, readiness!, cancellationToken).ConfigureAwait(false);
                    if (keys.Count == 0)
                        return;
                }

                await Task.Delay(
                        healthy ? options.Value.HealthyCheckInterval : options.Value.HealthCheckInterval,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It does not run any more.
        }
    }

    private static bool IsSameRun(CustomResourceSnapshot now, CustomResourceSnapshot then) =>
        now.State?.Text == KnownResourceStates.Running && now.StartTimeStamp == then.StartTimeStamp;

    private async Task AnnounceAsync(
        ResourceEvent started,
        TaskCompletionSource readiness,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // Replicas are one resource: the first of them speaks for it.
            if (started.Resource.InstanceIds()[0] == started.ResourceId)
                await eventing
                    .PublishAsync(new ResourceReadyEvent(started.Resource, services), cancellationToken)
                    .ConfigureAwait(false);
            readiness.SetResult();
        }
        // Whoever waits for the resource gets the subscriber's failure.
        catch (Exception failure)
        {
            loggers.GetLogger(started.ResourceId).SubscriberFailed(nameof(ResourceReadyEvent), failure.Message);
            readiness.SetException(failure);
        }
    }

    private async Task<ImmutableArray<HealthReportSnapshot>> ReportAsync(
        IReadOnlyList<string> keys,
        CancellationToken cancellationToken
    )
    {
        var report = await checks.CheckHealthAsync(c => keys.Contains(c.Name), cancellationToken).ConfigureAwait(false);
        return
        [
            .. keys.Select(key =>
                report.Entries.TryGetValue(key, out var entry)
                    ? new HealthReportSnapshot(key, entry.Status, entry.Description, entry.Exception?.Message)
                    : new HealthReportSnapshot(
                        key,
                        HealthStatus.Unhealthy,
                        $"No health check is registered as '{key}'.",
                        null
                    )
            ),
        ];
    }
}
