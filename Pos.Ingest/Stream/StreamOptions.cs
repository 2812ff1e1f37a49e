using System.ComponentModel.DataAnnotations;

namespace Pos.Ingest.Stream;

/// <summary>Options of group commit and of the calls to the stream.</summary>
internal sealed class StreamOptions
{
    public const string Section = "Ingest:Stream";

    /// <summary>How long the first purchase of a PutRecords call waits for others.</summary>
    [Range(0, 1000)]
    public int LingerMilliseconds { get; set; } = 3;

    /// <summary>Maximum number of concurrent PutRecords calls.</summary>
    [Range(1, 64)]
    public int CallsInFlight { get; set; } = 4;

    /// <summary>Timeout of one PutRecords call, including the SDK's own retries.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to retry a purchase before its request returns that the stream is unavailable. Together with
    /// <see cref="CallTimeout"/>, it must stay below API Gateway's timeout of 29 seconds. A shard that rejected records
    /// pauses for up to one second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:00:20")]
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often to list the shards. They are also listed when a response names another shard than expected.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ShardMapInterval { get; set; } = TimeSpan.FromMinutes(1);
}
