using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalCloud.Faults;

/// <summary>What is posted to <c>/_faults</c>: which calls fail, how, and how often.</summary>
internal sealed record FaultRequest
{
    /// <summary><c>kinesis</c>, <c>firehose</c>, <c>s3</c>, <c>dynamodb</c>, or <c>*</c>.</summary>
    public string Service
    {
        get;
        init => field = value ?? FaultTargets.Any;
    } = FaultTargets.Any; // null: not posted

    /// <summary>By its name in AWS's API reference, or <c>*</c>.</summary>
    public string Operation
    {
        get;
        init => field = value ?? FaultTargets.Any;
    } = FaultTargets.Any;

    public FaultKind? Kind { get; init; }

    /// <summary>Of each call to be hit, above 0 and up to 1.</summary>
    public double? Probability { get; init; }

    /// <summary>How many calls are hit, the first ones unless there is a probability as well.</summary>
    public long? Count { get; init; }

    /// <summary>Of the dice; the same seed hits the same calls, counted from the post.</summary>
    public int? Seed { get; init; }

    /// <summary>Of an <see cref="FaultKind.Error"/>: 500 or 503.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Of a <see cref="FaultKind.Partial"/>: which part of a call's entries is refused, at least one.
    /// </summary>
    public double? Share { get; init; }

    /// <summary>Of a <see cref="FaultKind.Latency"/>.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Of a <see cref="FaultKind.Disconnect"/>: before or after the operation has taken effect.</summary>
    public FaultMoment? When { get; init; }
}

/// <summary>How a call fails.</summary>
internal enum FaultKind
{
    /// <summary>Refused as AWS refuses what comes too fast.</summary>
    Throttle,

    /// <summary>A 5xx.</summary>
    Error,

    /// <summary>A share of a put's entries is refused, the others are taken.</summary>
    Partial,

    /// <summary>Answered late.</summary>
    Latency,

    /// <summary>The connection is torn, without an answer.</summary>
    Disconnect,
}

internal enum FaultMoment
{
    Before,
    After,
}

/// <summary>A fault as <c>/_faults</c> tells it.</summary>
/// <param name="Id">To delete it by.</param>
/// <param name="Fault">As posted, with its defaults.</param>
/// <param name="Calls">How many calls it was asked about.</param>
/// <param name="Injected">How many of them it hit.</param>
internal sealed record FaultStatus(int Id, FaultRequest Fault, long Calls, long Injected);

internal sealed record FaultsStatus(IReadOnlyList<FaultStatus> Faults);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(LowerCase<FaultKind>), typeof(LowerCase<FaultMoment>)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(FaultRequest))]
[JsonSerializable(typeof(FaultStatus))]
[JsonSerializable(typeof(FaultsStatus))]
internal sealed partial class FaultJson : JsonSerializerContext;

/// <summary>An enum by its names, in lower case.</summary>
internal sealed class LowerCase<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum
{
    public static string NameOf(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
