using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pos.AppHost.Backends;

namespace Pos.AppHost;

internal static class StartupReportSetup
{
    /// <summary>
    /// Tells, when all is up, where to look; and when something does not come up, what, and ends the AppHost.
    /// </summary>
    public static void AddStartupReport(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        Backend backend,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services,
        IResourceBuilder<ProjectResource>? sample
    )
    {
        if (builder.ExecutionContext.IsPublishMode)
            return;
        builder.Services.AddHostedService(provider => new StartupReport(
            data,
            backend,
            [.. services.Select(service => service.Resource)],
            sample?.Resource,
            Sample.FirstPurchaseId(builder.AppHostDirectory),
            provider.GetRequiredService<ResourceNotificationService>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            Console.Out
        ));
    }
}

internal sealed class StartupReport(
    DataFolder data,
    Backend backend,
    IReadOnlyList<ProjectResource> services,
    ProjectResource? sample,
    string samplePurchase,
    ResourceNotificationService notifications,
    IHostApplicationLifetime lifetime,
    TextWriter output
) : BackgroundService
{
    private static readonly TimeSpan s_arrival = TimeSpan.FromSeconds(60);
    private static readonly string[] s_forTools = ["AWS_", "Pos__Resources__"];
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static string WithoutEngine =>
        $" Containers need an engine such as Docker: --Pos:Backend={BackendSelection.Embedded} does without.";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ready = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var failure = FirstFailureAsync(ready.Token);
        var start = WaitForServicesAsync(ready.Token);
        try
        {
            if (await Task.WhenAny(failure, start) == failure)
            {
                var failed = await failure;
                output.WriteLine($"\n{failed} The lines of that name above say why. Stopping.");
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            // From here on a process that ends is an operator's matter: the others run on without it.
            await start;
            await WriteEndpointsAsync(stoppingToken);
            await PrintAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        finally
        {
            await ready.CancelAsync();
        }

        async Task WaitForServicesAsync(CancellationToken cancellationToken)
        {
            try
            {
                foreach (var service in services)
                    await notifications.WaitForResourceHealthyAsync(service.Name, cancellationToken);
                if (sample is not null)
                    await notifications.WaitForResourceAsync(
                        sample.Name,
                        KnownResourceStates.Finished,
                        cancellationToken
                    );
            }
            catch (DistributedApplicationException)
            {
                // It will not come up. What failed first is the other task's to tell.
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }
    }

    private async Task<string> FirstFailureAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            var state = change.Snapshot.State?.Text;
            if (state == KnownResourceStates.FailedToStart)
                return $"{change.Resource.Name} did not start."
                    + (change.Resource is ContainerResource ? WithoutEngine : "");
            if (state == KnownResourceStates.Exited || change.Snapshot.ExitCode is not (null or 0))
                return $"{change.Resource.Name} ended with exit code {change.Snapshot.ExitCode}.";
        }
        throw new OperationCanceledException(cancellationToken);
    }

    private async Task WriteEndpointsAsync(CancellationToken cancellationToken)
    {
        var endpoints = services.ToDictionary(service => service.Name, service => service.GetEndpoint("http").Url);
        if (backend.Warehouse is { } warehouse)
        {
            endpoints[warehouse.Owner.Resource.Name] = await warehouse.Owner.Resource.GetConnectionStringAsync(
                cancellationToken
            ) ?? "";
            endpoints[warehouse.Bi.Resource.Name] = await WarehouseUrlAsync(cancellationToken);
        }
        foreach (
            var (name, value) in backend.Addresses.Concat(
                backend.Environment.Where(variable =>
                    s_forTools.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal))
                )
            )
        )
            endpoints[name] = await ValueAsync(value, cancellationToken);
        // it holds the warehouse's passwords
        SecretFile.Write(data.Endpoints, JsonSerializer.Serialize(endpoints, s_indented));
    }

    private async Task PrintAsync(CancellationToken cancellationToken)
    {
        using var look = new WhereToLook(
            services.ToDictionary(service => service.Name, service => service.GetEndpoint("http").Url),
            await LakeAsync(cancellationToken)
        );
        using var arrival = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        arrival.CancelAfter(s_arrival);
        string? lakeObject = null;
        try
        {
            if (sample is not null)
                lakeObject = await look.WaitForSampleAsync(samplePurchase, arrival.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            output.WriteLine($"The sample is accepted, but after {s_arrival.TotalSeconds:0} s not yet in all stores.");
        }
        output.WriteLine(
            look.Text(
                samplePurchase,
                lakeObject,
                endpointsFile: data.Endpoints,
                warehouse: await WarehouseUrlAsync(cancellationToken)
            )
        );
    }

    private async Task<LakeAddress> LakeAsync(CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>();
        foreach (
            var (name, value) in backend.Environment.Where(variable =>
                variable.Key.StartsWith("AWS_", StringComparison.Ordinal)
            )
        )
            values[name] = await ValueAsync(value, cancellationToken);
        return new LakeAddress(
            backend.Resources.LakeBucket,
            values["AWS_REGION"],
            values.GetValueOrDefault("AWS_ENDPOINT_URL_S3"),
            values.GetValueOrDefault("AWS_ACCESS_KEY_ID"),
            values.GetValueOrDefault("AWS_SECRET_ACCESS_KEY")
        );
    }

    private async Task<string> WarehouseUrlAsync(CancellationToken cancellationToken)
    {
        var reader = backend.Warehouse?.Bi ?? backend.WarehouseLookup;
        return PostgresUrl.Of(await reader.Resource.GetConnectionStringAsync(cancellationToken) ?? "");
    }

    private static async Task<string> ValueAsync(object value, CancellationToken cancellationToken) =>
        (value is IValueProvider later ? await later.GetValueAsync(cancellationToken) : (string)value) ?? "";
}
