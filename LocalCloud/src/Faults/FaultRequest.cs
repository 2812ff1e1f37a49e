using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalCloud.Faults;

/// <summary>A fault as posted to <c>/_faults</c>: which calls fail, how and how often.</summary>
internal sealed record FaultRequest
{
    /// <summary><c>kinesis</c>, <c>firehose</c>, <c>s3</c>, <c>dynamodb</c>, or <c>*</c>.</summary>
    public string Service
    {
        get;
        init => field = value ?? FaultTargets.Any;
    } = FaultTargets.Any; // Null in JSON means the same.

    /// <summary>The operation's name in AWS's API reference, or <c>*</c>.</summary>
    public string Operation
    {
        get;
        init => field = value ?? FaultTargets.Any;
    } = FaultTargets.Any;

    public FaultKind? Kind { get; init; }

    /// <summary>Probability that a call is hit: above 0, up to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>Number of calls to hit. Without a probability, these are the first ones.</summary>
    public long? Count { get; init; }

    /// <summary>Random seed. The same seed hits the same calls, counted from the post.</summary>
    public int? Seed { get; init; }

    /// <summary>HTTP status of an <see cref="FaultKind.Error"/>: 500 or 503.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Share of a call's entries that a <see cref="FaultKind.Partial"/> rejects, rounded up.
    /// </summary>
    public double? Share { get; init; }

    /// <summary>Delay of a <see cref="FaultKind.Latency"/>.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Time of a <see cref="FaultKind.Disconnect"/>: before or after the operation takes effect.</summary>
    public FaultMoment? When { get; init; }
}

/// <summary>How a call fails.</summary>
internal enum FaultKind
{
    /// <summary>The call fails with AWS's throttling error.</summary>
    Throttle,

    /// <summary>The call fails with a 5xx status.</summary>
    Error,

    /// <summary>A share of the call's entries is rejected. The others are processed.</summary>
    Partial,

    /// <summary>The call is delayed.</summary>
    Latency,

    /// <summary>The connection is closed without a response.</summary>
    Disconnect,
}

internal enum FaultMoment
{
    Before,
    After,
}

/// <summary>A fault as <c>/_faults</c> returns it.</summary>
/// <param name="Id">The id by which to delete it.</param>
/// <param name="Fault">The posted fault with its defaults filled in.</param>
/// <param name="Calls">The number of calls that matched its service and operation.</param>
/// <param name="Injected">The number of calls it hit.</param>
internal sealed record FaultStatus(int Id, FaultRequest Fault, long Calls, long Injected);

internal sealed record FaultsStatus(IReadOnlyList<FaultStatus> Faults);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(SnakeCaseEnumConverter<FaultKind>), typeof(SnakeCaseEnumConverter<FaultMoment>)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(FaultRequest))]
[JsonSerializable(typeof(FaultStatus))]
[JsonSerializable(typeof(FaultsStatus))]
internal sealed partial class FaultJson : JsonSerializerContext;

/// <summary>Writes an enum by its name in snake case.</summary>
internal sealed class SnakeCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum
{
    public static string GetName(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
