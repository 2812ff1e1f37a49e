using System.ComponentModel.DataAnnotations;

namespace Pos.Processor.Warehouse;

internal sealed class WarehouseOptions
{
    public const string Section = "Processor:Warehouse";

    /// <summary>Maximum attempts to put records that Firehose rejects, including the first.</summary>
    [Range(1, 20)]
    public int MaximumPutAttempts { get; set; } = 5;

    /// <summary>Maximum pause before the second attempt. Doubles with each further one.</summary>
    [Range(1, 10_000)]
    public int PutBackoffMilliseconds { get; set; } = 100;
}
