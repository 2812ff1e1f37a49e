using Pos.Contracts.Lookup;
using Pos.Ui.Formats;

namespace Pos.Ui.Pipeline;

/// <summary>What a comparison of the stores found, in words.</summary>
internal static class ComparisonText
{
    /// <summary>The one sentence that matters.</summary>
    public static string Verdict(ReconciliationResult compared)
    {
        var stores = compared.Stores;
        if (compared.Clean)
        {
            return stores.Stores is [{ Lines: > 0 } any, ..]
                ? $"The three stores hold the same {Figures.Count(any.Lines, "line", "lines")} of {Figures.Count(any.Purchases, "purchase", "purchases")}, each exactly once."
                : "The three stores are empty.";
        }
        List<string> what = [];
        if (stores.DifferenceCount > 0)
            what.Add($"differ in {Figures.Count(stores.DifferenceCount, "line", "lines")}");
        if (stores.UnreadableCount > 0)
            what.Add(
                $"hold {Figures.Count(stores.UnreadableCount, "object or line", "objects or lines")} that cannot be read"
            );
        return $"The three stores {(what is [] ? "do not hold the same" : string.Join(" and ", what))}.";
    }

    /// <summary>What was between the stores, and so whether a difference is one.</summary>
    public static string OnItsWay(ReconciliationResult compared)
    {
        var inFlight = compared.InFlight;
        List<string> parts = [];
        if (inFlight.StreamRecords > 0)
            parts.Add(
                $"{Figures.Count(inFlight.StreamRecords.Value, "stream record", "stream records")} (the oldest {Rates.Age(TimeSpan.FromMilliseconds(inFlight.OldestMilliseconds ?? 0))} old)"
            );
        if (inFlight.DeliveryBytes > 0)
            parts.Add($"{Figures.Bytes(inFlight.DeliveryBytes.Value)} in the delivery to the warehouse");
        if (compared.Stores.LandedRows > 0)
            parts.Add(
                $"{Figures.Count(compared.Stores.LandedRows, "row", "rows")} that landed in the warehouse and were not merged"
            );
        if (parts is not [])
            return $"When it began, there was on its way: {string.Join(", ", parts)}. {(compared.Clean ? "" : "That looks like a difference: compare again when it has arrived.")}";

        var isKnown = inFlight is { StreamRecords: not null, DeliveryBytes: not null, ShardsElsewhere: 0 };
        return (compared.Clean, isKnown) switch
        {
            (true, true) => "Nothing was on its way.",
            (false, true) =>
                "Nothing was on its way, so they do differ: pos lake rebuild makes the lookup table and the warehouse what the lake says.",
            (true, false) => "What was on its way could not all be asked.",
            _ =>
                "What was on its way could not all be asked, and it looks like a difference: compare again when nothing is sent.",
        };
    }

    public static string Quarantine(InFlight inFlight) =>
        (inFlight.QuarantineOpen, inFlight.QuarantineDiscarded) switch
        {
            (null, _) => "Quarantine could not be asked.",
            (0, null or 0) => "Quarantine is empty.",
            (var open, null or 0) =>
                $"{Figures.Count(open.Value, "entry waits", "entries wait")} in quarantine, and so in no store.",
            (var open, var discarded) =>
                $"In quarantine, and so in no store: {Figures.Count(open.Value, "entry that waits", "entries that wait")}, {Figures.Count(discarded.Value)} discarded.",
        };

    public static string NameOf(string store) =>
        store switch
        {
            "lake" => "Lake",
            "lookup" => "Lookup table",
            "warehouse" => "Warehouse",
            _ => store,
        };

    public static string KindOf(string kind) =>
        kind switch
        {
            "in_lake_only" => "only in the lake",
            "in_lookup_only" => "only in the lookup table",
            "in_warehouse_only" => "only in the warehouse",
            "not_in_lake" => "not in the lake",
            "not_in_lookup" => "not in the lookup table",
            "not_in_warehouse" => "not in the warehouse",
            "differing" => "in all, with other values",
            "doubled_in_warehouse" => "more than once in the warehouse",
            "twice_in_lake" => "more than once in the lake",
            _ => kind,
        };
}
