using System.Globalization;

namespace LocalCloud.Benchmarks;

/// <summary>What was measured, beside what it is to be.</summary>
/// <param name="Name">Of what.</param>
/// <param name="Value">As measured.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Goal">On two processors of one's own; null where there is none.</param>
/// <param name="IsMost">The goal is the most that it may be.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Goal = null, bool IsMost = false)
{
    public bool? IsMet =>
        Goal is null ? null
        : IsMost ? Value <= Goal
        : Value >= Goal;

    public static void WriteHead(TextWriter output)
    {
        output.WriteLine($"{"", -52} {"measured", 12} {"goal", 12}");
    }

    public void Write(TextWriter output) =>
        output.WriteLine(
            $"{Name, -52} {Number(Value), 12} {(Goal is { } goal ? (IsMost ? "≤ " : "≥ ") + Number(goal) : ""), 12} {Unit}{(IsMet is false ? "  (missed)" : "")}"
        );

    private static string Number(double value) =>
        value.ToString(
            value < 10 ? "0.00"
                : value < 100 ? "0.0"
                : "#,0",
            CultureInfo.InvariantCulture
        );
}
