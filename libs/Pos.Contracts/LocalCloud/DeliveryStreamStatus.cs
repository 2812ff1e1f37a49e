using System.Text.Json.Serialization;

namespace Pos.Contracts.LocalCloud;

/// <summary>A delivery stream in LocalCloud's <c>GET /_delivery</c>; only the fields that our services read.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="BacklogBytes">Bytes that are acknowledged and not delivered yet.</param>
public sealed record DeliveryStreamStatus(string Name, long BacklogBytes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(DeliveryStreamStatus[]))]
internal sealed partial class LocalCloudJson : JsonSerializerContext;
