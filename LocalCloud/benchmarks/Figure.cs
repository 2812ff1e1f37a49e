using System.Globalization;

namespace LocalCloud.Benchmarks;

/// <summary>A measured value with its goal.</summary>
/// <param name="Name">The name of the measurement.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Unit">The unit of value and goal.</param>
/// <param name="Goal">The goal on two idle processors; null for none.</param>
/// <param name="IsMaximum">True if the goal is an upper limit.</param>
internal sealed record Figure(string Name, double Value, string Unit, double? Goal = null, bool IsMaximum = false)
{
    public bool? IsMet =>
        Goal is null ? null
        : IsMaximum ? Value <= Goal
        : Value >= Goal;

    public static void WriteHead(TextWriter output)
    {
        output.WriteLine($"{"", -52} {"measured", 12} {"goal", 12}");
    }

    public void Write(TextWriter output) =>
        output.WriteLine(
            $"{Name, -52} {Number(Value), 12} {GoalText(), 12} {Unit}{(IsMet is false ? "  (missed)" : "")}"
        );

    private string GoalText() => Goal is { } goal ? (IsMaximum ? "≤ " : "≥ ") + Number(goal) : "";

    private static string Number(double value) =>
        value.ToString(
            value < 10 ? "0.00"
                : value < 100 ? "0.0"
                : "#,0",
            CultureInfo.InvariantCulture
        );
}
