using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.Contracts.Lookup;
using Pos.Lookup.Purchases;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup;

/// <summary>What reading the lookup table needs.</summary>
internal static class LookupSetup
{
    public static void AddPurchaseLookup(this IHostApplicationBuilder builder)
    {
        builder.AddDynamoDB();
        builder.AddResourceNames();
        builder.Services.TryAddSingleton<LookupMetrics>();
        builder.Services.AddSingleton<PurchaseTable>();
        builder.Services.AddHealthChecks().AddCheck<LookupTableHealth>("lookup_table");
        builder.Services.AddExceptionHandler<LookupTableUnavailable>();
        builder.Services.AddOpenApi();
        builder.Services.AddLookupJson();
    }

    /// <summary>Answers with the contract's JSON.</summary>
    public static void AddLookupJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            if (!json.SerializerOptions.TypeInfoResolverChain.Contains(LookupJson.Default))
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, LookupJson.Default);
        });
}
