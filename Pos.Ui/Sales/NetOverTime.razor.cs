using System.Globalization;
using Microsoft.AspNetCore.Components;
using Pos.Contracts.Lookup;
using Radzen;

namespace Pos.Ui.Sales;

/// <summary>Net sales as columns, and as a table. Who clicks at a column sees what it counts.</summary>
public sealed partial class NetOverTime
{
    private static readonly string[] s_grains = ["hour", "day", "month"];

    private IReadOnlyList<Bar> _bars = [];
    private SalesSeries? _drawn;

    [Parameter, EditorRequired]
    public required SalesSeries Series { get; set; }

    [Parameter, EditorRequired]
    public required SalesQuery Query { get; set; }

    [Parameter, EditorRequired]
    public required string CsvUrl { get; set; }

    [Parameter]
    public EventCallback<SalesSeriesPoint> OnOpen { get; set; }

    private IReadOnlyList<Bar> Bars
    {
        get
        {
            // The chart draws again what is another list.
            if (!ReferenceEquals(_drawn, Series))
                (_drawn, _bars) = (
                    Series,
                    [.. Series.Points.Select(point => new Bar(ShortLabel(point), (double)point.Net, point))]
                );
            return _bars;
        }
    }

    private Task OnClick(SeriesClickEventArgs click) =>
        click.Data is Bar bar ? OnOpen.InvokeAsync(bar.Point) : Task.CompletedTask;

    private string Label(SalesSeriesPoint point) =>
        Series.Grain switch
        {
            "month" => point.StartsAt.ToString("Y", CultureInfo.CurrentCulture),
            "day" => point.StartsAt.ToString("d", CultureInfo.CurrentCulture),
            _ => point.StartsAt.ToString("g", CultureInfo.CurrentCulture),
        };

    /// <summary>What has room under a column: <c>2 Dec</c>, <c>Dec 2025</c>.</summary>
    private string ShortLabel(SalesSeriesPoint point)
    {
        var format = CultureInfo.CurrentCulture.DateTimeFormat;
        var day = format.MonthDayPattern.Replace("MMMM", "MMM", StringComparison.Ordinal);
        return point.StartsAt.ToString(
            Series.Grain switch
            {
                "month" => format.YearMonthPattern.Replace("MMMM", "MMM", StringComparison.Ordinal),
                "day" => day,
                _ => Series.Points.Count > 24 ? $"{day} {format.ShortTimePattern}" : format.ShortTimePattern,
            },
            CultureInfo.CurrentCulture
        );
    }

    /// <param name="Label">Of the time, short.</param>
    /// <param name="Net">For the eye only: the exact amount is the point's.</param>
    /// <param name="Point">What it shows.</param>
    public sealed record Bar(string Label, double Net, SalesSeriesPoint Point);
}
