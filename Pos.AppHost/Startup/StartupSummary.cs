using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Startup;

internal static class StartupSummarySetup
{
    /// <summary>
    /// Prints the addresses once everything runs and the sample is imported. If a part fails before, prints which one
    /// and why, and ends the AppHost with exit code 1.
    /// </summary>
    public static void AddStartupSummary(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services,
        Sample? sample
    )
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;
        builder.Services.AddSingleton(backend);
        builder.Services.AddSingleton<EndpointsFile>();
        builder.Services.AddSingleton<StartupFailure>();
        var started = new StartedServices([.. services.Select(service => service.Resource)], sample);
        // Before Aspire's orchestrator, which waits for containers and would hide the failure of one.
        builder.Services.Insert(
            0,
            ServiceDescriptor.Singleton<IHostedService>(provider =>
                ActivatorUtilities.CreateInstance<StartupSummary>(provider, started)
            )
        );
    }
}

/// <summary>The parts that have to run before the summary is printed.</summary>
internal sealed record StartedServices(IReadOnlyList<ProjectResource> Services, Sample? Sample)
{
    public Dictionary<string, string> Urls =>
        Services.ToDictionary(service => service.Name, service => service.GetEndpoint("http").Url);
}

internal sealed class StartupSummary(
    StartedServices started,
    EndpointsFile endpoints,
    StartupFailure failure,
    IServiceProvider services
) : BackgroundService
{
    private const string DashboardName = "aspire-dashboard";

    private static readonly TimeSpan s_sampleTimeout = TimeSpan.FromSeconds(60);

    private readonly ResourceNotificationService _notifications =
        services.GetRequiredService<ResourceNotificationService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var startup = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var failed = failure.FirstAsync(startup.Token);
        var ready = WaitForServicesAsync(startup.Token);
        try
        {
            if (await Task.WhenAny(failed, ready) == failed)
            {
                Console.Error.WriteLine($"\n{await failed}\nPos did not start.");
                Environment.ExitCode = 1;
                services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                return;
            }
            await ready;
            var urls = started.Urls;
            await endpoints.WriteAsync(urls, stoppingToken);
            await PrintAsync(urls, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while starting.
        }
        finally
        {
            await startup.CancelAsync();
        }
    }

    private async Task WaitForServicesAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var service in started.Services)
                await _notifications.WaitForResourceHealthyAsync(service.Name, cancellationToken);
            if (started.Sample is { IsPending: true } sample)
                await _notifications.WaitForResourceAsync(
                    sample.Resource.Name,
                    KnownResourceStates.Finished,
                    cancellationToken
                );
        }
        catch (DistributedApplicationException)
        {
            // A part failed. StartupFailure reports it.
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private async Task PrintAsync(Dictionary<string, string> urls, CancellationToken cancellationToken)
    {
        var backend = services.GetRequiredService<Backend>();
        using var look = new FirstLook(urls["lookup"], await LakeAddress.FindAsync(backend, cancellationToken));
        var lakeObject = started.Sample is { IsPending: true } sample
            ? await WaitForSampleAsync(look, sample, cancellationToken)
            : null;
        var data = services.GetRequiredService<DataFolder>();
        Console.Out.WriteLine(
            $"""

            Pos is running. Press Ctrl-C to stop it. Its data stays in {data.Path}; "-- --fresh" starts empty.

              {await DashboardAsync(cancellationToken)}
              Web app    {urls["ui"]}

            Find a purchase in the lookup table, the lake and the warehouse:

              {string.Join("\n  ", look.Commands(started.Sample?.FirstPurchaseId ?? "PURCHASE_ID", lakeObject))}

            """
        );
    }

    private static async Task<string?> WaitForSampleAsync(
        FirstLook look,
        Sample sample,
        CancellationToken cancellationToken
    )
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_sampleTimeout);
        try
        {
            return await look.WaitForPurchaseAsync(sample.FirstPurchaseId, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Console.Out.WriteLine(
                $"The sample is accepted, but not in all stores after {s_sampleTimeout.TotalSeconds:0} s. "
                    + "The dashboard shows why."
            );
            return null;
        }
    }

    private async Task<string> DashboardAsync(CancellationToken cancellationToken)
    {
        var model = services.GetRequiredService<DistributedApplicationModel>();
        if (
            model.Resources.FirstOrDefault(resource => resource.Name == DashboardName)
            is not IResourceWithEndpoints dashboard
        )
            return "Dashboard  off";
        await _notifications.WaitForResourceHealthyAsync(dashboard.Name, cancellationToken);
        var url = await dashboard.GetEndpoint("http").GetValueAsync(cancellationToken);
        var token = services.GetRequiredService<IConfiguration>()["AppHost:BrowserToken"];
        return $"Dashboard  {url}" + (string.IsNullOrEmpty(token) ? "" : $"/login?t={token}");
    }
}
