using System.Diagnostics.Metrics;
using Pos.Contracts.Ingest;
using Pos.ServiceDefaults;

namespace Pos.Ingest.Purchases;

/// <summary>Counts accepted and rejected purchases, and measures the bytes that wait for the stream.</summary>
internal sealed class PurchaseMetrics
{
    private readonly TimeProvider _time;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _rejected;
    private long _lastAccepted;

    public PurchaseMetrics(IMeterFactory meters, ByteBudget budget, TimeProvider time)
    {
        (_time, StartedAt) = (time, time.GetUtcNow());
        (Accepted, Lines, Rejected) = (new(time), new(time), new(time));
        var meter = meters.Create("Pos.Ingest");
        _accepted = meter.CreateCounter<long>(
            "pos.ingest.purchases.accepted",
            "{purchase}",
            "Purchases that the stream has acknowledged"
        );
        _lines = meter.CreateCounter<long>("pos.ingest.lines.accepted", "{line}", "Lines of accepted purchases");
        _rejected = meter.CreateCounter<long>(
            "pos.ingest.purchases.rejected",
            "{purchase}",
            "Rejected purchases, by the code of their first error"
        );
        meter.CreateObservableGauge(
            "pos.ingest.queue.size",
            () => budget.Taken,
            "By",
            "Bytes of bodies being read or waiting for the stream"
        );
    }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Purchases that the stream has acknowledged.</summary>
    public Throughput Accepted { get; }

    /// <summary>Lines of accepted purchases.</summary>
    public Throughput Lines { get; }

    /// <summary>Rejected purchases.</summary>
    public Throughput Rejected { get; }

    /// <summary>Time of the last accepted purchase; null if there is none yet.</summary>
    public DateTimeOffset? LastAcceptedAt =>
        Interlocked.Read(ref _lastAccepted) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    public void AddOutcome(PurchasesOutcome outcome)
    {
        Accepted.Add(outcome.Accepted);
        Lines.Add(outcome.Lines);
        Rejected.Add(outcome.Rejected.Count);
        if (outcome.Accepted > 0)
            Interlocked.Exchange(ref _lastAccepted, _time.GetUtcNow().UtcTicks);
        _accepted.Add(outcome.Accepted);
        _lines.Add(outcome.Lines);
        foreach (var rejected in outcome.Rejected)
            _rejected.Add(1, new KeyValuePair<string, object?>("code", rejected.Errors[0].Code));
    }
}
