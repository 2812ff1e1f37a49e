using System.Globalization;

namespace Pos.Ui.Formats;

/// <summary>Counts, shares and times as the visitor's culture writes them. Times are UTC, and say so.</summary>
internal static class Figures
{
    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>One and many: <c>1 line</c>, <c>1,024 lines</c>.</summary>
    public static string Count(long count, string one, string many) =>
        $"{Count(count)} {(Math.Abs(count) == 1 ? one : many)}";

    /// <summary>A size, in steps of 1,000.</summary>
    public static string Bytes(long bytes) =>
        bytes switch
        {
            < 1_000 => $"{Count(bytes)} B",
            < 1_000_000 => $"{(bytes / 1e3).ToString("N1", CultureInfo.CurrentCulture)} kB",
            _ => $"{(bytes / 1e6).ToString("N1", CultureInfo.CurrentCulture)} MB",
        };

    /// <summary>A change with its sign: <c>+12.5 %</c>.</summary>
    public static string Change(decimal relative) =>
        (relative > 0 ? "+" : "")
        + relative.ToString(Math.Abs(relative) < 10 ? "P1" : "P0", CultureInfo.CurrentCulture);

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("g", CultureInfo.CurrentCulture) + " UTC";

    public static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("G", CultureInfo.CurrentCulture) + " UTC";

    public static string Day(DateTime day) => day.ToString("d", CultureInfo.CurrentCulture);

    /// <summary>As <c>datetime</c> attributes and programs have it.</summary>
    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// How long ago, in the largest unit that fits: <c>12 s</c>, <c>3 min</c>, <c>2 h</c>, <c>5 d</c>.
    /// </summary>
    public static string Age(TimeSpan age) =>
        age switch
        {
            { TotalSeconds: < 1 } => "0 s",
            { TotalMinutes: < 1 } => $"{Count((long)age.TotalSeconds)} s",
            { TotalHours: < 1 } => $"{Count((long)age.TotalMinutes)} min",
            { TotalDays: < 2 } => $"{Count((long)age.TotalHours)} h",
            _ => $"{Count((long)age.TotalDays)} d",
        };
}
