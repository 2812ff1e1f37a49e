using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Backends;

/// <summary>A server that runs already, whoever has started it.</summary>
internal sealed class RunningServerResource(string name) : Resource(name), IResourceWithWaitSupport;

internal static partial class RunningServer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);

    /// <summary>It is up once the health check of its name passes; has it not within a minute, it has failed.</summary>
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
        var deadline = TimeProvider.System.GetUtcNow() + s_patience;
        while (true)
        {
            var report = await checks.CheckHealthAsync(check => check.Name == resource.Name, cancellationToken);
            if (report.Status == HealthStatus.Healthy)
                break;
            if (TimeProvider.System.GetUtcNow() > deadline)
            {
                LogAway(initialize.Logger, url, s_patience.TotalSeconds, report.Entries[resource.Name].Description);
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
        LogFound(initialize.Logger, url);
        await initialize.Notifications.PublishUpdateAsync(resource, snapshot =>
            snapshot with
            {
                State = KnownResourceStates.Running,
            }
        );
    }

    [LoggerMessage(11, LogLevel.Information, "{Url} answers for Kinesis, DynamoDB and S3")]
    private static partial void LogFound(ILogger logger, Uri url);

    [LoggerMessage(
        12,
        LogLevel.Error,
        "{Url} has not answered for Kinesis, DynamoDB and S3 within {Seconds} s: {Reason}"
    )]
    private static partial void LogAway(ILogger logger, Uri url, double seconds, string? reason);
}
