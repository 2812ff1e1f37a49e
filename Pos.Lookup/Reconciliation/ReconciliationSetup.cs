using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.Reconciliation;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup.Reconciliation;

internal static class ReconciliationSetup
{
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Registers the reconciliation of the three stores, including the lake, which no other part of this service reads.
    /// </summary>
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
        builder.Services.AddHttpClient(nameof(SingleReconciliation), http => http.Timeout = s_requestTimeout);
        builder.Services.TryAddSingleton<LookupMetrics>();
        builder.Services.AddSingleton<SingleReconciliation>();
        builder.Services.AddLookupJson();
    }
}
