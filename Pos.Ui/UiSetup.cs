using Microsoft.Extensions.Http.Resilience;
using Microsoft.FluentUI.AspNetCore.Components;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.Ui.Aws;
using Pos.Ui.Formats;
using Pos.Ui.Import;
using Pos.Ui.Pipeline;
using Pos.Ui.Sales;

namespace Pos.Ui;

internal static class UiSetup
{
    // A person waits: what is down is to be told soon, and asking again is theirs.
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_total = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    // A quarantined record has 1 MiB; what is edited of it comes whole, as a JSON string.
    private const long EditedTextBytes = 4 * 1024 * 1024;

    public static void AddUi(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets(); // in whatever environment it is run from the sources
        var services = builder.Services;
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = EditedTextBytes);
        services.AddFluentUIComponents();
        services.AddScoped<Radzen.TooltipService>(); // what Radzen's charts need of it, and no more
        services.AddVisitorCultures();
        services.AddServiceDiscovery();
        services.ConfigureAll<HttpStandardResilienceOptions>(resilience =>
        {
            resilience.Retry.MaxRetryAttempts = 1;
            resilience.Retry.Delay = s_pause;
            resilience.AttemptTimeout.Timeout = s_attempt;
            resilience.TotalRequestTimeout.Timeout = s_total;
        });
        services.AddServiceClient<LookupClient>("lookup");
        services.AddServiceClient<IngestClient>("ingest");
        services.AddServiceClient<ProcessorClient>("processor");
        services.AddSingleton(provider => new SharedFreshness(
            cancellationToken =>
                provider
                    .GetRequiredService<UiMetrics>()
                    .PollAsync("lookup", provider.GetRequiredService<LookupClient>().FreshnessAsync(cancellationToken)),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddPipeline();
        services.AddSingleton<WarmUp>().AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddHealthChecks().AddCheck<WarmUp>("first page");
        builder.AddAws();
        services
            .AddOptions<ImportOptions>()
            .BindConfiguration(ImportOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<Imports>();
        services.AddSingleton<UiMetrics>();
        // is experimental in name only: it takes the defaults' handler out, as what sends files has waits and retries of its
        // own
#pragma warning disable EXTEXP0001
        services
            .AddHttpClient(Imports.Client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllResilienceHandlers()
            .AddServiceDiscovery();
#pragma warning restore EXTEXP0001
    }

    public static void MapUi(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseAntiforgery();
        app.Use(OwnAssetsOnly.AddAsync);
        app.MapStaticAssets();
        app.MapImport();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    private static void AddServiceClient<T>(this IServiceCollection services, string name)
        where T : class =>
        services.AddHttpClient<T>(http => http.BaseAddress = new Uri($"https+http://{name}")).AddServiceDiscovery();
}
