using System.Text.Json.Serialization;
using LocalCloud.Delivery.Log;

namespace LocalCloud.Delivery;

/// <summary>
/// Where a stream stands, for operators: <c>GET /_delivery</c>. Counts are since the process started.
/// </summary>
internal sealed record DeliveryState
{
    public required string Name { get; init; }

    /// <summary>Bytes acknowledged and not delivered yet.</summary>
    public required long BacklogBytes { get; init; }

    /// <summary>The object under way; null while records gather.</summary>
    public string? Loading { get; init; }
    public required long Objects { get; init; }
    public required long Rows { get; init; }

    /// <summary>Lines that COPY refused, each in <c>load_errors</c>.</summary>
    public required long RefusedRows { get; init; }

    /// <summary>Objects whose retry time passed; their manifests are under the error prefix.</summary>
    public required long SkippedObjects { get; init; }

    /// <summary>What of the log the disk no longer has, since the process started.</summary>
    public required IReadOnlyList<LogDamage> Damaged { get; init; }
    public DateTimeOffset? LastLoadedAt { get; init; }

    /// <summary>Why the last attempt at a step failed; null once it went through.</summary>
    public string? LastError { get; init; }

    // The names of the release before, until the next one.
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
