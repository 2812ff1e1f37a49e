using System.ComponentModel.DataAnnotations;
using Pos.Processor.EventSource.Batches;

namespace Pos.Processor.EventSource;

/// <summary>Where to start reading a shard that has no checkpoint.</summary>
internal enum StartingPosition
{
    /// <summary>Start at the oldest record in the shard.</summary>
    TrimHorizon,

    /// <summary>Read only records that arrive from now on.</summary>
    Latest,

    /// <summary>Start at <see cref="EventSourceMappingOptions.StartingPositionTimestamp"/>.</summary>
    AtTimestamp,
}

/// <summary>Parts of a function's response that the mapping evaluates.</summary>
internal enum FunctionResponseType
{
    /// <summary>
    /// The list of failed records. Without this, every response counts as success and only an error as failure.
    /// </summary>
    ReportBatchItemFailures,
}

/// <summary>
/// Options of the event source mapping: Lambda's own (CreateEventSourceMapping), and settings that Lambda does not
/// expose.
/// </summary>
internal sealed class EventSourceMappingOptions : IValidatableObject
{
    public const string Section = "Processor:EventSourceMapping";

    /// <summary>Null enables the mapping except in a Lambda function, where Lambda's own mapping runs.</summary>
    public bool? Enabled { get; set; }

    // Names, defaults and limits of these are CreateEventSourceMapping's for a Kinesis stream, so that one set of
    // settings serves both mappings.

    /// <summary>Maximum records of a batch, which also has at most 6 MB: <see cref="BatchCapacity"/>.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How long to gather records for a batch that is not full.</summary>
    [Range(0, 300)]
    public int MaximumBatchingWindowInSeconds { get; set; }

    public StartingPosition StartingPosition { get; set; } = StartingPosition.TrimHorizon;

    public DateTimeOffset? StartingPositionTimestamp { get; set; }

    /// <summary>Retries of a failed batch before it is discarded; -1 retries forever.</summary>
    [Range(-1, 10_000)]
    public int MaximumRetryAttempts { get; set; } = -1;

    /// <summary>Age at which a record is discarded: 60 to 604,800 seconds (a week); -1 never discards.</summary>
    public int MaximumRecordAgeInSeconds { get; set; } = -1;

    /// <summary>Splits a failed batch in two and tries the halves. This does not count as a retry.</summary>
    public bool BisectBatchOnFunctionError { get; set; }

    /// <summary>
    /// Empty by default. A function that returns the failed records, as the processor does, needs
    /// <see cref="FunctionResponseType.ReportBatchItemFailures"/>.
    /// </summary>
    public IReadOnlyList<FunctionResponseType> FunctionResponseTypes { get; set; } = [];

    /// <summary>Number of batches of a shard that are delivered concurrently: <see cref="ShardLanes"/>.</summary>
    [Range(1, 10)]
    public int ParallelizationFactor { get; set; } = 1;

    // Settings that Lambda does not expose.

    /// <summary>
    /// Pause after a read that returned no records. Doubles, up to <see cref="MaximumPollMilliseconds"/>, while Kinesis
    /// throttles reads.
    /// </summary>
    [Range(10, 10_000)]
    public int PollMilliseconds { get; set; } = 50;

    [Range(10, 60_000)]
    public int MaximumPollMilliseconds { get; set; } = 2_000;

    /// <summary>
    /// Maximum pause before the first retry. Doubles with each retry, up to
    /// <see cref="MaximumRetryDelayMilliseconds"/>.
    /// </summary>
    [Range(1, 60_000)]
    public int RetryDelayMilliseconds { get; set; } = 200;

    [Range(1, 600_000)]
    public int MaximumRetryDelayMilliseconds { get; set; } = 5_000;

    /// <summary>
    /// How long a lease lasts unless its owner renews it. The owner renews three times in this period.
    /// </summary>
    [Range(1, 60)]
    public int LeaseSeconds { get; set; } = 6;

    /// <summary>How often to list shards and leases.</summary>
    [Range(100, 60_000)]
    public int DiscoveryMilliseconds { get; set; } = 1_000;

    /// <summary>How long running batches may take to finish when the processor stops.</summary>
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
                $"{nameof(StartingPositionTimestamp)} must be set if {nameof(StartingPosition)} is "
                    + $"{nameof(StartingPosition.AtTimestamp)}, and not otherwise.",
                [nameof(StartingPositionTimestamp)]
            );
    }
}
