using System.Globalization;
using System.Text;
using Pos.Contracts.Lookup;

namespace Pos.Cli.Reconcile;

/// <summary>Formats a reconciliation report.</summary>
internal static class ReconcileText
{
    public static string Format(ReconciliationReport report, InFlight inFlight)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{"", -10} {"purchases", 12} {"lines", 12} {"units", 14}  {"checksum", -32}  net"
        );
        foreach (var store in report.Stores)
        {
            var net = string.Join(
                ", ",
                store.Net.Select(amount =>
                    string.Create(CultureInfo.InvariantCulture, $"{amount.Key} {amount.Value:#,0.00##}")
                )
            );
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{store.Store, -10} {store.Purchases, 12:N0} {store.Lines, 12:N0} {store.Units, 14:N0}  "
                    + $"{store.Checksum}  {net}"
            );
        }
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"in flight  stream: {StreamText(inFlight)}; delivery: {Known(inFlight.DeliveryBytes, "bytes")}; "
                + $"landed, not merged: {report.LandedRows:N0} rows"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"quarantine {Known(inFlight.QuarantineOpen, "open")}, {Known(inFlight.QuarantineDiscarded, "discarded")}"
        );
        text.AppendLine();

        foreach (var difference in report.Differences)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{difference.PurchaseId} line {difference.Line}: {difference.Kind}{FieldsText(difference)}"
            );
        foreach (var unreadable in report.Unreadable)
            text.AppendLine(CultureInfo.InvariantCulture, $"unreadable: {unreadable}");
        text.Append(
            report.IsClean
                ? "The stores have the same lines, each once."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{report.DifferenceCount:N0} differences, {report.UnreadableCount:N0} unreadable{Listed(report)}. "
                        + $"Lines in flight count as differences: try again when nothing is in flight."
                )
        );
        return text.ToString();
    }

    private static string Listed(ReconciliationReport report) =>
        report.DifferenceCount > report.Differences.Count
            ? string.Create(CultureInfo.InvariantCulture, $"; these are the first {report.Differences.Count:N0}")
            : "";

    private static string StreamText(InFlight inFlight) =>
        Known(inFlight.StreamRecords, "records")
        + (
            inFlight.OldestMilliseconds is { } age
                ? string.Create(CultureInfo.InvariantCulture, $", {age:N0} ms old")
                : ""
        )
        + (inFlight.ShardsElsewhere > 0 ? $" (other processes read {inFlight.ShardsElsewhere} shards)" : "");

    private static string Known(long? number, string unit) =>
        number is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:N0} {unit}") : $"{unit} unknown";

    private static string FieldsText(LineDifference difference) =>
        string.Concat(
            difference.Fields.Select(field =>
                $"\n  {field.Field}: lake {Quote(field.Lake)}, lookup {Quote(field.Lookup)}, "
                + $"warehouse {Quote(field.Warehouse)}"
            )
        );

    private static string Quote(string? value) => value is null ? "-" : $"'{value}'";
}
