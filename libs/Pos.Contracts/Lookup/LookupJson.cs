using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Contracts.Lookup;

/// <summary>Reads and writes lookup's JSON.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(PurchaseView))]
[JsonSerializable(typeof(PurchasePage))]
[JsonSerializable(typeof(SalesSummary))]
[JsonSerializable(typeof(SalesSeries))]
[JsonSerializable(typeof(TopSales))]
[JsonSerializable(typeof(SalesFreshness))]
[JsonSerializable(typeof(SoldPurchasePage))]
[JsonSerializable(typeof(PurchaseRows))]
[JsonSerializable(typeof(CustomerTotals))]
[JsonSerializable(typeof(ReconciliationResult))]
[JsonSerializable(typeof(ProblemDetails))]
public sealed partial class LookupJson : JsonSerializerContext
{
    /// <summary>Writes JSON on several lines, for people.</summary>
    public static LookupJson Indented =>
        field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
