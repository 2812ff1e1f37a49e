using System.Globalization;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Sales;

/// <summary>Which sales, as the page's URL says it. Days are UTC's; both are included.</summary>
public sealed record SalesQuery
{
    public const string DayFormat = "yyyy-MM-dd";
    public const string UsualSpan = "30d";

    /// <summary>
    /// Spans that end with the data's newest day: the parameter's value, name and days; all of them for null.
    /// </summary>
    public static readonly IReadOnlyList<(string Value, string Name, int? Days)> Spans =
    [
        ("1d", "Newest day", 1),
        ("7d", "7 days", 7),
        (UsualSpan, "30 days", 30),
        ("90d", "90 days", 90),
        ("365d", "365 days", 365),
        ("all", "All", null),
    ];

    private static readonly string[] s_grains = ["hour", "day", "month"];

    /// <summary>First day; null for one of <see cref="Spans"/>.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day.</summary>
    public DateOnly? To { get; init; }

    /// <summary>One of <see cref="Spans"/>, where there are no days.</summary>
    public string Span { get; init; } = UsualSpan;
    public string? Country { get; init; }
    public string? Store { get; init; }
    public string? Currency { get; init; }

    /// <summary>hour, day or month; null for what suits the span.</summary>
    public string? Grain { get; init; }

    /// <summary>Whether it stands still.</summary>
    public bool IsPaused { get; init; }

    /// <summary>What cannot be read is as if it were not there.</summary>
    public static SalesQuery Read(
        string? from,
        string? to,
        string? span,
        string? country,
        string? store,
        string? currency,
        string? grain,
        string? live
    )
    {
        var (first, last) = (Day(from), Day(to));
        if (first > last)
            (first, last) = (last, first);
        return new()
        {
            From = first ?? last,
            To = last ?? first,
            Span = first is null && last is null && Spans.Any(known => known.Value == span) ? span! : UsualSpan,
            Country = Name(country),
            Store = Name(store),
            Currency = Name(currency),
            Grain = s_grains.Contains(grain) ? grain : null,
            IsPaused = live is "off",
        };

        static DateOnly? Day(string? text) =>
            DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day
                : null;
        static string? Name(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
    }

    public string Url =>
        With(new QueryText("/sales")).With("grain", Grain).With("live", IsPaused ? "off" : null).ToString();

    /// <summary>The purchases that the figures are of.</summary>
    public string PurchasesUrl(string? product = null, string? hour = null) =>
        With(new QueryText("/sales/purchases")).With("product", product).With("hour", hour).ToString();

    /// <summary>The query's filter, over the days that it means.</summary>
    /// <param name="newest">The data's newest day; a span counts back from it.</param>
    public SalesRequest Filter(DateOnly newest)
    {
        if (From is { } from && To is { } to)
            return new(Start(from), Start(to.AddDays(1)), Country, Store, Currency);
        return Spans.First(span => span.Value == Span).Days is { } days
            ? new(Start(newest.AddDays(1 - days)), Start(newest.AddDays(1)), Country, Store, Currency)
            : new(null, null, Country, Store, Currency);

        static DateTime Start(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
    }

    /// <summary>The grain of the chart.</summary>
    public string GrainOf(SalesRequest filter) =>
        Grain
        ?? (
            (filter.To - filter.From)?.TotalDays switch
            {
                <= 2 => "hour",
                <= 95 => "day",
                _ => "month",
            }
        );

    private QueryText With(QueryText path) =>
        path.With("from", From?.ToString(DayFormat, CultureInfo.InvariantCulture))
            .With("to", To?.ToString(DayFormat, CultureInfo.InvariantCulture))
            .With("span", From is null && Span is not UsualSpan ? Span : null)
            .With("country", Country)
            .With("store", Store)
            .With("currency", Currency);
}
