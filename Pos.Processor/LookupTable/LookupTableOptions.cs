using System.ComponentModel.DataAnnotations;

namespace Pos.Processor.LookupTable;

internal sealed class LookupTableOptions
{
    public const string Section = "Processor:LookupTable";

    /// <summary>Maximum number of concurrent writes, over all shards.</summary>
    [Range(1, 512)]
    public int MaximumConcurrentWrites { get; set; } = 16;

    /// <summary>Maximum attempts of a merge while other writers change the item.</summary>
    [Range(1, 100)]
    public int MaximumMergeAttempts { get; set; } = 20;

    /// <summary>Maximum attempts of a request that DynamoDB throttles, including the first.</summary>
    [Range(1, 20)]
    public int MaximumThrottledAttempts { get; set; } = 5;

    /// <summary>Maximum pause before the second attempt. Doubles with each further one.</summary>
    [Range(1, 10_000)]
    public int ThrottleBackoffMilliseconds { get; set; } = 50;
}
