using System.ComponentModel.DataAnnotations;

namespace LocalCloud.Streams;

internal sealed class StreamsOptions
{
    public const string Section = "LocalCloud:Streams";

    /// <summary>
    /// A segment that has reached this takes no more; retention drops whole segments, recovery reads the last.
    /// </summary>
    [Range(4096, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How often records past retention are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RetentionInterval { get; set; } = TimeSpan.FromMinutes(1);
}
