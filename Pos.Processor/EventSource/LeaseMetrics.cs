using System.Diagnostics.Metrics;

namespace Pos.Processor.EventSource;

/// <summary>Changes of this worker's leases; every measurement has the tag <c>change</c>.</summary>
internal sealed class LeaseMetrics(Meter meter)
{
    private readonly Counter<long> _changes = meter.CreateCounter<long>(
        "pos.processor.lease.changes",
        "{lease}",
        "Leases that this worker took, lost, handed over, ended or failed to renew"
    );

    public void Taken() => Add("taken");

    public void Lost() => Add("lost");

    public void HandedOver() => Add("handed_over");

    /// <summary>The shard is read to its end.</summary>
    public void Ended() => Add("ended");

    public void NotRenewed() => Add("not_renewed");

    private void Add(string change) => _changes.Add(1, new KeyValuePair<string, object?>("change", change));
}
