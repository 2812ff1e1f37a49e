using System.Diagnostics.Metrics;

namespace Pos.Processor.EventSource;

/// <summary>Counts changes of this worker's leases. Every measurement has the tag <c>change</c>.</summary>
internal sealed class LeaseMetrics(Meter meter)
{
    private readonly Counter<long> _changes = meter.CreateCounter<long>(
        "pos.processor.lease.changes",
        "{lease}",
        "Leases that this worker took, lost, handed over, completed or failed to renew"
    );

    public void AddTaken() => Add("taken");

    public void AddLost() => Add("lost");

    public void AddHandedOver() => Add("handed_over");

    /// <summary>Counts a shard that was processed to its end.</summary>
    public void AddEnded() => Add("ended");

    public void AddNotRenewed() => Add("not_renewed");

    private void Add(string change) => _changes.Add(1, new KeyValuePair<string, object?>("change", change));
}
