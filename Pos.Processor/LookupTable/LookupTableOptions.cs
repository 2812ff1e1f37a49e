using System.ComponentModel.DataAnnotations;

namespace Pos.Processor.LookupTable;

internal sealed class LookupTableOptions
{
    public const string Section = "Processor:LookupTable";

    /// <summary>How many purchases are written at a time, over all shards.</summary>
    [Range(1, 512)]
    public int MaximumConcurrentWrites { get; set; } = 16;

    /// <summary>How often a merge starts again because another writer changed the item in between.</summary>
    [Range(1, 100)]
    public int MaximumMergeAttempts { get; set; } = 20;

    /// <summary>How often a request is made that DynamoDB throttles, the first time included.</summary>
    [Range(1, 20)]
    public int MaximumThrottledAttempts { get; set; } = 5;

    /// <summary>Longest wait before the second of them; doubles with each further one.</summary>
    [Range(1, 10_000)]
    public int ThrottleBackoffMilliseconds { get; set; } = 50;
}
