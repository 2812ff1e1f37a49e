using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Lookup.Purchases;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(PurchaseView))]
[JsonSerializable(typeof(PurchasePage))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class LookupJsonContext : JsonSerializerContext;
