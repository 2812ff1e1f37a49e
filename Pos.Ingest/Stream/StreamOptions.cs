using System.ComponentModel.DataAnnotations;

namespace Pos.Ingest.Stream;

/// <summary>How purchases are grouped, sent and waited for.</summary>
internal sealed class StreamOptions
{
    public const string Section = "Ingest:Stream";

    /// <summary>How long the first purchase of a flush waits for others.</summary>
    [Range(0, 1000)]
    public int LingerMilliseconds { get; set; } = 3;

    /// <summary>PutRecords calls at a time.</summary>
    [Range(1, 64)]
    public int CallsInFlight { get; set; } = 4;

    /// <summary>How long one PutRecords call may take, the SDK's own retries included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a purchase is tried again before its post is answered that the stream is unavailable. With
    /// <see cref="CallTimeout"/> it stays below the 29 seconds that API Gateway waits for an answer; a shard that
    /// refused records rests for up to one second.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:00:20")]
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the shards are listed without a reason; an answer that names another shard than expected is one.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ShardMapInterval { get; set; } = TimeSpan.FromMinutes(1);
}
