using System.ComponentModel.DataAnnotations;

namespace Pos.Lookup.Checking;

internal sealed class ReconciliationOptions
{
    public const string Section = "Lookup:Reconciliation";

    /// <summary>
    /// The processor's address, which knows what is in the stream and in quarantine; null where it has none.
    /// </summary>
    public Uri? Processor { get; set; }

    /// <summary>LocalCloud's address, which knows what it has to deliver; null on AWS.</summary>
    public Uri? LocalCloud { get; set; }

    /// <summary>A reconciliation that takes longer is given up, and answered 503.</summary>
    [Range(1, 86_400)]
    public int TimeLimitSeconds { get; set; } = 600;
}
