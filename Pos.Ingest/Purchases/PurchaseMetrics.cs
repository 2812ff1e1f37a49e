using System.Diagnostics.Metrics;

namespace Pos.Ingest.Purchases;

/// <summary>What comes in, what is turned away, and how much waits.</summary>
internal sealed class PurchaseMetrics
{
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _rejected;

    public PurchaseMetrics(IMeterFactory meters, ByteBudget budget)
    {
        var meter = meters.Create("Pos.Ingest");
        _accepted = meter.CreateCounter<long>("pos.ingest.purchases.accepted", "{purchase}", "Purchases that the stream has acknowledged");
        _lines = meter.CreateCounter<long>("pos.ingest.lines.accepted", "{line}", "Lines of accepted purchases");
        _rejected = meter.CreateCounter<long>("pos.ingest.purchases.rejected", "{purchase}", "Purchases turned away, by the code of their first error");
        meter.CreateObservableGauge("pos.ingest.queue.size", () => budget.Taken, "By", "Bytes of bodies being read or waiting for the stream");
    }

    public void Settled(PostOutcome outcome)
    {
        _accepted.Add(outcome.Accepted);
        _lines.Add(outcome.Lines);
        foreach (var rejected in outcome.Rejected)
            _rejected.Add(1, new KeyValuePair<string, object?>("code", rejected.Errors[0].Code));
    }
}
