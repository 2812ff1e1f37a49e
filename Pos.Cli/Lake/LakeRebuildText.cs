using System.Globalization;
using System.Text;
using Pos.Reconciliation.Rebuild;

namespace Pos.Cli.Lake;

/// <summary>A replay's report for people.</summary>
internal static class LakeRebuildText
{
    public static string Format(LakeRebuildReport report, bool dryRun)
    {
        var text = new StringBuilder();
        Append("lookup", report.Lookup);
        Append("warehouse", report.Warehouse);
        foreach (var unreadable in report.Unreadable)
            text.AppendLine(CultureInfo.InvariantCulture, $"unreadable: {unreadable}");
        if (report.NotInLake > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.NotInLake:N0} lines are in lookup table and warehouse and not in the lake, which may have lost them. They were left as they are: pos reconcile names them."
            );
        if (report.Doubtful > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.Doubtful:N0} lines that the lake does not have were left, as some of the lake cannot be read."
            );
        if (report.NotWritten > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.NotWritten:N0} items of the lookup table could not be written: others wrote them all the time, or they would be too large. Run it again."
            );
        text.Append(
            report.IsWhole
                ? "Lookup table and warehouse are what the lake says; pos reconcile compares them once nothing is on its way."
                : "Not all could be put right."
        );
        return text.ToString();

        void Append(string store, RepairCounts counts) =>
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{store, -10} {counts.Put:N0} lines {(dryRun ? "would be put" : "put")}, {counts.Removed:N0} {(dryRun ? "would be taken away" : "taken away")}"
            );
    }
}
