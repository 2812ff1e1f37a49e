using System.Globalization;
using Microsoft.AspNetCore.Components;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Sales;

/// <summary>What sales are chosen by. Each choice is a URL.</summary>
public sealed partial class SalesFilters
{
    [Parameter, EditorRequired]
    public required SalesQuery Query { get; set; }

    /// <summary>The days that the query means; null while they are not known.</summary>
    [Parameter]
    public SalesRequest? Filter { get; set; }

    [Parameter]
    public IReadOnlyList<string> Countries { get; set; } = [];

    [Parameter]
    public IReadOnlyList<string> Stores { get; set; } = [];

    [Parameter]
    public IReadOnlyList<string> Currencies { get; set; } = [];

    [Parameter]
    public EventCallback<SalesQuery> OnChange { get; set; }

    private Task ChangeDays(ChangeEventArgs change, bool isFrom)
    {
        if (
            !DateOnly.TryParseExact(
                change.Value as string,
                SalesQuery.DayFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
            return Task.CompletedTask; // half typed
        var (from, to) = (DayOf(Filter?.From) ?? day, DayOf(Filter?.To?.AddDays(-1)) ?? day);
        (from, to) = isFrom ? (day, to < day ? day : to) : (from > day ? day : from, day);
        return OnChange.InvokeAsync(Query with { From = from, To = to, Grain = null });
    }

    private static DateOnly? DayOf(DateTime? time) => time is { } known ? DateOnly.FromDateTime(known) : null;

    private static string? Day(DateTime? time) => time?.ToString(SalesQuery.DayFormat, CultureInfo.InvariantCulture);
}
