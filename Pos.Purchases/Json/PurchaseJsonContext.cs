using System.Text.Json.Serialization;

namespace Pos.Purchases;

/// <summary>Source-generated JSON of what answers carry: errors as <c>{"field","code","message"}</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PurchaseError))]
[JsonSerializable(typeof(IReadOnlyList<PurchaseError>))]
public sealed partial class PurchaseJsonContext : JsonSerializerContext;
