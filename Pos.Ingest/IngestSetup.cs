using System.Text.Json;
using Pos.Contracts.Ingest;
using Pos.Ingest.Purchases;
using Pos.Ingest.Stream;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Ingest;

/// <summary>Registers the services that accept purchases and write them to the stream.</summary>
internal static class IngestSetup
{
    public static void AddIngest(this WebApplicationBuilder builder)
    {
        builder.AddStream();
        builder.AddPurchases();
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
