using System.ComponentModel.DataAnnotations;

namespace LocalCloud.Streams;

internal sealed class StreamsOptions
{
    public const string Section = "LocalCloud:Streams";

    /// <summary>
    /// Size at which a segment is full. Retention deletes whole segments; recovery reads the last one.
    /// </summary>
    [Range(4096, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Interval between two searches for records past retention.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(1);
}
