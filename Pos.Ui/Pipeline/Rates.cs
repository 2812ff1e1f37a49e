using System.Globalization;
using Pos.Ui.Formats;

namespace Pos.Ui.Pipeline;

/// <summary>Rates, sizes and short times as the visitor's culture writes them.</summary>
internal static class Rates
{
    /// <summary>Stands for what is not known.</summary>
    public const string None = "–";

    public static string Lines(double? perSecond) => Of(perSecond, "lines/s");

    public static string Of(double? perSecond, string unit) =>
        perSecond switch
        {
            null => None,
            0 => $"0 {unit}",
            < 10 => $"{perSecond.Value.ToString("N1", CultureInfo.CurrentCulture)} {unit}",
            _ => $"{Figures.Count((long)Math.Round(perSecond.Value))} {unit}",
        };

    /// <summary>Milliseconds below a second.</summary>
    public static string Age(TimeSpan age) =>
        age < TimeSpan.FromSeconds(1) ? $"{Figures.Count((long)age.TotalMilliseconds)} ms" : Figures.Age(age);
}
