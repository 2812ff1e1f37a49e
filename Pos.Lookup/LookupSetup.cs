using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.Contracts.Lookup;
using Pos.Lookup.Purchases;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup;

/// <summary>Registers the services that read the lookup table.</summary>
internal static class LookupSetup
{
    public static void AddPurchaseLookup(this IHostApplicationBuilder builder)
    {
        builder.AddDynamoDB();
        builder.AddResourceNames();
        builder.Services.TryAddSingleton<LookupMetrics>();
        builder.Services.AddSingleton<PurchaseTable>();
        builder.Services.AddHealthChecks().AddCheck<LookupTableHealth>("lookup_table");
        builder.Services.AddExceptionHandler<LookupTableUnavailableHandler>();
        builder.Services.AddOpenApi();
        builder.Services.AddLookupJson();
    }

    /// <summary>Configures responses to use the contract's JSON.</summary>
    public static void AddLookupJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            if (!json.SerializerOptions.TypeInfoResolverChain.Contains(LookupJson.Default))
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, LookupJson.Default);
        });
}
