using System.ComponentModel.DataAnnotations;
using Pos.Processor.EventSource.Batches;

namespace Pos.Processor.EventSource;

/// <summary>Where a shard is read from when it has no checkpoint.</summary>
internal enum StartingPosition
{
    /// <summary>The oldest record there is.</summary>
    TrimHorizon,

    /// <summary>What arrives from now on.</summary>
    Latest,

    /// <summary>From <see cref="EventSourceMappingOptions.StartingPositionTimestamp"/> on.</summary>
    AtTimestamp,
}

/// <summary>What the mapping looks at in a function's answer.</summary>
internal enum FunctionResponseType
{
    /// <summary>The records that failed; without this, an answer is success and only an error is failure.</summary>
    ReportBatchItemFailures,
}

/// <summary>
/// An event source mapping with the names, defaults and limits of Lambda's (CreateEventSourceMapping), and what Lambda
/// keeps to itself.
/// </summary>
internal sealed class EventSourceMappingOptions : IValidatableObject
{
    public const string Section = "Processor:EventSourceMapping";

    /// <summary>Null: on, except in a Lambda function, which Lambda's own mapping calls.</summary>
    public bool? Enabled { get; set; }

    // Lambda's: names, defaults and limits are CreateEventSourceMapping's for a Kinesis stream, so that one set of
    // settings serves here and there.

    /// <summary>Records of a batch, at most; 6 MB at most, too: <see cref="BatchCapacity"/>.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How long records are gathered for a batch that is not full.</summary>
    [Range(0, 300)]
    public int MaximumBatchingWindowInSeconds { get; set; }

    public StartingPosition StartingPosition { get; set; } = StartingPosition.TrimHorizon;

    public DateTimeOffset? StartingPositionTimestamp { get; set; }

    /// <summary>-1: without end.</summary>
    [Range(-1, 10_000)]
    public int MaximumRetryAttempts { get; set; } = -1;

    /// <summary>-1: without end; else 60 to 604,800, a week.</summary>
    public int MaximumRecordAgeInSeconds { get; set; } = -1;

    /// <summary>Cuts a failed batch in two and tries the halves. This does not count as a retry.</summary>
    public bool BisectBatchOnFunctionError { get; set; }

    /// <summary>
    /// None by default. A function that answers with what failed, as the processor does, needs
    /// <see cref="FunctionResponseType.ReportBatchItemFailures"/>.
    /// </summary>
    public IReadOnlyList<FunctionResponseType> FunctionResponseTypes { get; set; } = [];

    /// <summary>Batches of a shard that are delivered side by side: <see cref="ShardLanes"/>.</summary>
    [Range(1, 10)]
    public int ParallelizationFactor { get; set; } = 1;

    // What Lambda keeps to itself.

    /// <summary>
    /// Pause after a read that found nothing. Doubles, up to <see cref="MaximumPollMilliseconds"/>, while Kinesis
    /// throttles reads.
    /// </summary>
    [Range(10, 10_000)]
    public int PollMilliseconds { get; set; } = 50;

    [Range(10, 60_000)]
    public int MaximumPollMilliseconds { get; set; } = 2_000;

    /// <summary>
    /// Longest pause before the first retry; doubles, up to <see cref="MaximumRetryDelayMilliseconds"/>.
    /// </summary>
    [Range(1, 60_000)]
    public int RetryDelayMilliseconds { get; set; } = 200;

    [Range(1, 600_000)]
    public int MaximumRetryDelayMilliseconds { get; set; } = 5_000;

    /// <summary>How long a lease lasts without a sign of life of its owner. Renewed three times as often.</summary>
    [Range(1, 60)]
    public int LeaseSeconds { get; set; } = 6;

    /// <summary>How often shards and leases are looked through for work.</summary>
    [Range(100, 60_000)]
    public int DiscoveryMilliseconds { get; set; } = 1_000;

    /// <summary>How long a running batch may take to end when the processor stops.</summary>
    [Range(0, 60)]
    public int StopGraceSeconds { get; set; } = 5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaximumRecordAgeInSeconds is not (-1 or >= 60 and <= 604_800))
            yield return new(
                $"{nameof(MaximumRecordAgeInSeconds)} is {MaximumRecordAgeInSeconds}; -1 or 60 to 604800 are allowed.",
                [nameof(MaximumRecordAgeInSeconds)]
            );
        if (StartingPosition is StartingPosition.AtTimestamp != StartingPositionTimestamp is not null)
            yield return new(
                $"{nameof(StartingPositionTimestamp)} goes with {nameof(StartingPosition)} {nameof(StartingPosition.AtTimestamp)}, and only with it.",
                [nameof(StartingPositionTimestamp)]
            );
    }
}
