using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Backends;

/// <summary>A server that is already running.</summary>
internal sealed class RunningServerResource(string name) : Resource(name), IResourceWithWaitSupport;

internal static partial class RunningServer
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Adds a resource that runs once the health check with its name passes, and fails if that takes more than a
    /// minute.
    /// </summary>
    public static IResourceBuilder<RunningServerResource> AddRunningServer(
        this IDistributedApplicationBuilder builder,
        string name,
        Uri url
    ) =>
        builder
            .AddResource(new RunningServerResource(name))
            .WithHealthCheck(name)
            .OnInitializeResource(
                (resource, initialize, cancellationToken) => AwaitAsync(resource, url, initialize, cancellationToken)
            );

    private static async Task AwaitAsync(
        RunningServerResource resource,
        Uri url,
        InitializeResourceEvent initialize,
        CancellationToken cancellationToken
    )
    {
        var checks = initialize.Services.GetRequiredService<HealthCheckService>();
        var deadline = TimeProvider.System.GetUtcNow() + s_timeout;
        while (true)
        {
            var report = await checks.CheckHealthAsync(check => check.Name == resource.Name, cancellationToken);
            if (report.Status == HealthStatus.Healthy)
                break;
            if (TimeProvider.System.GetUtcNow() > deadline)
            {
                LogUnavailable(
                    initialize.Logger,
                    url,
                    s_timeout.TotalSeconds,
                    report.Entries[resource.Name].Description
                );
                await initialize.Notifications.PublishUpdateAsync(resource, snapshot =>
                    snapshot with
                    {
                        State = KnownResourceStates.FailedToStart,
                    }
                );
                return;
            }
            await Task.Delay(s_poll, cancellationToken);
        }
        LogAvailable(initialize.Logger, url);
        await initialize.Notifications.PublishUpdateAsync(resource, snapshot =>
            snapshot with
            {
                State = KnownResourceStates.Running,
            }
        );
    }

    [LoggerMessage(11, LogLevel.Information, "Kinesis, DynamoDB and S3 are available at {Url}")]
    private static partial void LogAvailable(ILogger logger, Uri url);

    [LoggerMessage(
        12,
        LogLevel.Error,
        "Kinesis, DynamoDB and S3 not available at {Url} after {Seconds} s: {Reason}. Start the server or set "
            + "Pos:LocalStack:Url to another address"
    )]
    private static partial void LogUnavailable(ILogger logger, Uri url, double seconds, string? reason);
}
