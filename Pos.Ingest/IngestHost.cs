using System.Text.Json;
using Pos.Contracts.Ingest;
using Pos.Ingest.Purchases;
using Pos.Ingest.Status;
using Pos.Ingest.Stream;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Ingest;

/// <summary>Puts the service together.</summary>
internal static class IngestHost
{
    /// <param name="args">Configuration as <c>--Key=value</c>.</param>
    /// <param name="configure">What a test puts in the place of the real thing.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddStream();
        builder.AddPurchases();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapOpenApi();
        app.MapPurchases();
        app.MapStatus();
        return app;
    }

    private static void AddStream(this WebApplicationBuilder builder)
    {
        builder.AddKinesis();
        builder.AddResourceNames();
        builder
            .Services.AddOptions<StreamOptions>()
            .BindConfiguration(StreamOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<StreamMetrics>();
        builder.Services.AddSingleton<PurchaseStream>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PurchaseStream>());
        builder.Services.AddHealthChecks().AddCheck<StreamHealth>("stream", timeout: TimeSpan.FromSeconds(3));
    }

    private static void AddPurchases(this WebApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<IngestOptions>()
            .BindConfiguration(IngestOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<ByteBudget>();
        builder.Services.AddSingleton<PurchaseMetrics>();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, IngestJson.Default);
        });
        builder.AddPurchasesDocument();
    }
}
