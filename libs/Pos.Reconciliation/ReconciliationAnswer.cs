using System.Text.Json.Serialization;

namespace Pos.Reconciliation;

/// <summary>What is asked by <c>pos reconcile --json</c> and <c>GET /reconciliation</c>.</summary>
/// <param name="Clean">Whether every store holds the same lines, each once.</param>
/// <param name="Stores">What they hold, and in what they differ.</param>
/// <param name="UnderWay">What was on its way and in quarantine when they began to be read.</param>
public sealed record ReconciliationAnswer(bool Clean, ReconciliationReport Stores, UnderWay UnderWay)
{
    /// <summary>The answer of a report.</summary>
    public static ReconciliationAnswer Of(ReconciliationReport report, UnderWay underWay) =>
        new(report.IsClean, report, underWay);
}

/// <summary>Writes answers as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReconciliationAnswer))]
public sealed partial class ReconciliationJson : JsonSerializerContext;
