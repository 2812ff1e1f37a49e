using System.Globalization;
using System.Text;
using Pos.Reconciliation.Rebuild;

namespace Pos.Cli.Lake;

/// <summary>Formats the report of a rebuild.</summary>
internal static class LakeRebuildText
{
    public static string Format(LakeRebuildReport report, bool dryRun)
    {
        var text = new StringBuilder();
        var tense = dryRun ? "would be " : "";
        Append("lookup", report.Lookup);
        Append("warehouse", report.Warehouse);
        foreach (var unreadable in report.Unreadable)
            text.AppendLine(CultureInfo.InvariantCulture, $"unreadable: {unreadable}");
        if (report.NotInLake > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.NotInLake:N0} lines are in lookup table and warehouse, but not in the lake, "
                    + $"which may have lost them. They are unchanged. \"pos reconcile\" lists them."
            );
        if (report.Doubtful > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.Doubtful:N0} lines that the lake lacks are unchanged, because a part of it cannot be read."
            );
        if (report.NotWritten > 0)
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{report.NotWritten:N0} lookup items were not written: other writers kept changing them, "
                    + $"or they would be too large. Run the command again."
            );
        text.Append(
            report.IsWhole
                ? "Lookup table and warehouse match the lake, except for lines in flight. "
                    + "\"pos reconcile\" compares the stores."
                : "Some lines could not be repaired."
        );
        return text.ToString();

        void Append(string store, RepairCounts counts) =>
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{store, -10} {counts.Put:N0} lines {tense}restored, {counts.Removed:N0} {tense}removed"
            );
    }
}
