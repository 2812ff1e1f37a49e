using Microsoft.Extensions.Http.Resilience;

namespace Pos.Ui.Pipeline;

internal static class PipelineSetup
{
    private static readonly TimeSpan s_question = TimeSpan.FromSeconds(5);

    // Lookup gives a comparison up earlier.
    private static readonly TimeSpan s_comparison = TimeSpan.FromMinutes(15);

    public static void AddPipeline(this IServiceCollection services)
    {
        foreach (var service in PolledServices.Names)
            services.AddHttpClient(PolledServices.ClientOf(service)).AskOnce(service, s_question);
        services.AddHttpClient<StoreReconciliation>().AskOnce("lookup", s_comparison);
        services.AddSingleton<IPipelineServices, PolledServices>();
        services.AddSingleton<PipelineMonitor>();
    }

    /// <summary>
    /// Who asks each second needs no retries, and an outage no log line for each of them; what takes minutes is not
    /// asked twice.
    /// </summary>
    private static void AskOnce(this IHttpClientBuilder client, string service, TimeSpan patience)
    {
        client.ConfigureHttpClient(http =>
            (http.BaseAddress, http.Timeout) = (new Uri($"https+http://{service}"), patience)
        );
        client.ConfigureAdditionalHttpMessageHandlers(
            (handlers, _) =>
            {
                foreach (var resilience in handlers.OfType<ResilienceHandler>().ToArray())
                    handlers.Remove(resilience);
            }
        );
        client.AddServiceDiscovery();
    }
}
