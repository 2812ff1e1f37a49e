using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.ServiceDefaults.Tracing;

namespace Pos.Ui;

/// <summary>
/// Asks this server for its first page before it calls itself healthy: what .NET compiles on first use took the first
/// visitor nearly half a second. Whether that succeeds is of no consequence.
/// </summary>
internal sealed class WarmUp(IServer server, IHostApplicationLifetime lifetime) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            ExecuteTask is { IsCompleted: true }
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The first page is being made.")
        );

    /// <summary>Where this server hears itself; null when it cannot: not by http, or by a socket file.</summary>
    internal static Uri? OwnPage(IEnumerable<string> addresses) =>
        addresses
            .Select(BindingAddress.Parse)
            .FirstOrDefault(address => address is { Scheme: "http", IsUnixPipe: false, IsNamedPipe: false })
            is { } own
            ? new UriBuilder(
                own.Scheme,
                own.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : own.Host,
                own.Port
            ).Uri
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = NoTrace.Begin();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        if (OwnPage(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) is not { } page)
            return;
        try
        {
            using var http = new HttpClient { Timeout = s_patience };
            using var answer = await http.GetAsync(page, stoppingToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            // Then the first visitor waits.
        }
    }
}
