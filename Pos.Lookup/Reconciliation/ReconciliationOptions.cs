using System.ComponentModel.DataAnnotations;

namespace Pos.Lookup.Reconciliation;

internal sealed class ReconciliationOptions
{
    public const string Section = "Lookup:Reconciliation";

    /// <summary>
    /// Address of the processor, which reports what is in flight and in quarantine; null if it has none.
    /// </summary>
    public Uri? Processor { get; set; }

    /// <summary>Address of LocalCloud, which reports its pending deliveries; null on AWS.</summary>
    public Uri? LocalCloud { get; set; }

    /// <summary>Time after which a reconciliation is cancelled and returns 503.</summary>
    [Range(1, 86_400)]
    public int TimeLimitSeconds { get; set; } = 600;
}
