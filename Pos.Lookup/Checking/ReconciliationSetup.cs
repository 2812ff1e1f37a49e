using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.Reconciliation;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup.Checking;

internal static class ReconciliationSetup
{
    private static readonly TimeSpan s_ask = TimeSpan.FromSeconds(10);

    /// <summary>Compares the three stores: the lake as well, which nothing else of this service reads.</summary>
    public static void AddReconciliation(this IHostApplicationBuilder builder)
    {
        builder.AddS3();
        builder.AddDynamoDB();
        builder.AddResourceNames();
        builder
            .Services.AddOptions<ReconciliationOptions>()
            .BindConfiguration(ReconciliationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddHttpClient(nameof(SingleReconciliation), http => http.Timeout = s_ask);
        builder.Services.TryAddSingleton<LookupMetrics>();
        builder.Services.AddSingleton<SingleReconciliation>();
        builder.Services.AddLookupJson();
    }
}
