using System.ComponentModel.DataAnnotations;

namespace Pos.Processor.Warehouse;

internal sealed class WarehouseOptions
{
    public const string Section = "Processor:Warehouse";

    /// <summary>How often records that Firehose did not take are put, the first time included.</summary>
    [Range(1, 20)]
    public int MaximumPutAttempts { get; set; } = 5;

    /// <summary>Longest wait before the second attempt; doubles with each further one.</summary>
    [Range(1, 10_000)]
    public int PutBackoffMilliseconds { get; set; } = 100;
}
