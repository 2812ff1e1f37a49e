using System.Text.Json.Serialization;
using LocalCloud.Delivery.Log;

namespace LocalCloud.Delivery;

/// <summary>
/// The state of a delivery stream in <c>GET /_delivery</c>. Counts start with the process.
/// </summary>
internal sealed record DeliveryState
{
    public required string Name { get; init; }

    /// <summary>Size of the acknowledged, undelivered log entries.</summary>
    public required long BacklogBytes { get; init; }

    /// <summary>URL of the object that is being delivered; null while records are buffered.</summary>
    public string? Loading { get; init; }
    public required long Objects { get; init; }
    public required long Rows { get; init; }

    /// <summary>Lines that COPY rejected. Each is in <c>load_errors</c>.</summary>
    public required long RefusedRows { get; init; }

    /// <summary>Objects skipped after their retry duration. Their manifests are under the error prefix.</summary>
    public required long SkippedObjects { get; init; }

    /// <summary>Damage found in the log since the process started.</summary>
    public required IReadOnlyList<LogDamage> Damaged { get; init; }
    public DateTimeOffset? LastLoadedAt { get; init; }

    /// <summary>Error of the last failed attempt; null after a success.</summary>
    public string? LastError { get; init; }

    // Names of the previous release, kept for one release.
    [JsonPropertyName("backlogBytes")]
    public long FormerBacklogBytes => BacklogBytes;

    [JsonPropertyName("refusedRows")]
    public long FormerRefusedRows => RefusedRows;

    [JsonPropertyName("skippedObjects")]
    public long FormerSkippedObjects => SkippedObjects;

    [JsonPropertyName("lastLoadedAt")]
    public DateTimeOffset? FormerLastLoadedAt => LastLoadedAt;

    [JsonPropertyName("lastError")]
    public string? FormerLastError => LastError;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DeliveryState[]))]
internal sealed partial class DeliveryStateJson : JsonSerializerContext;
