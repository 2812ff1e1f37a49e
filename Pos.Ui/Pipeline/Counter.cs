using Pos.Contracts.Lookup;
using Pos.Ui.Formats;

namespace Pos.Ui.Pipeline;

/// <summary>
/// A number of the pipeline, and what it is a number of: some are since a process's start, others of all time.
/// </summary>
/// <param name="Key">Names it in the page.</param>
/// <param name="Name">For people.</param>
/// <param name="Count">Null when it is not known now.</param>
/// <param name="Meaning">What it counts, and since when.</param>
/// <param name="Compared">What the stores held when they were compared, of all time; null before, and for what is no
/// store.</param>
internal sealed record Counter(string Key, string Name, long? Count, string Meaning, long? Compared = null)
{
    public static IReadOnlyList<Counter> Of(PipelineSnapshot now, ReconciliationResult? compared)
    {
        var (ingest, processor, quarantine) = (now.Ingest?.Value, now.Processor?.Value, now.Quarantine?.Value);
        return
        [
            new(
                "accepted",
                "Accepted",
                ingest?.Lines,
                $"Answered 202 {Since("ingest", ingest?.StartedAt)}; a line posted twice counts twice."
            ),
            OfSink("lake", "In lake"),
            OfSink("lookup", "In lookup table"),
            new(
                "warehouse",
                "In warehouse",
                now.Warehouse?.Value?.Rows,
                "Distinct lines, of all time, that sales are answered from.",
                In("warehouse")
            ),
            new(
                "quarantined",
                "Quarantined",
                quarantine?.Reasons.Sum(reason => (long)reason.Open),
                $"Entries that wait for a decision, of all time: an entry is a purchase, or a record whole.{(quarantine is { Complete: false } ? " Only the newest were counted." : "")}",
                compared?.InFlight.QuarantineOpen
            ),
        ];

        Counter OfSink(string sink, string name) =>
            new(
                sink,
                name,
                processor?.Sink(sink)?.Lines,
                $"Written {Since("this processor", processor?.StartedAt)}; a line written again counts again. Compare the stores for all time.",
                In(sink)
            );

        long? In(string store) => compared?.Stores.Stores.FirstOrDefault(of => of.Store == store)?.Lines;

        static string Since(string service, DateTimeOffset? started) =>
            started is { } at ? $"since {service} started, {Figures.Time(at)}" : $"since {service} started";
    }
}
