using Pos.Ui.Sales;
using Xunit;

namespace Pos.Tests.Ui.Sales;

[Fast]
public sealed class SalesQueryTests
{
    private static readonly DateOnly s_newest = new(2025, 12, 31);

    [Fact]
    public void Without_a_choice_it_is_the_data_s_last_30_days_and_not_today_s()
    {
        var filter = Read().Filter(s_newest);
        Assert.Equal((Utc(2025, 12, 2), Utc(2026, 1, 1)), (filter.From, filter.To));
        Assert.Equal("/sales", Read().Url);
    }

    [Theory]
    [InlineData("1d", "2025-12-31")]
    [InlineData("7d", "2025-12-25")]
    [InlineData("365d", "2025-01-01")]
    [InlineData("9 lives", "2025-12-02")]
    public void A_span_ends_with_the_newest_day(string span, string from) =>
        Assert.Equal(from, Read(span: span).Filter(s_newest).From?.ToString(SalesQuery.DayFormat, null));

    [Fact]
    public void All_days_have_no_bounds() =>
        Assert.Equal((null, null), (Read(span: "all").Filter(s_newest).From, Read(span: "all").Filter(s_newest).To));

    [Fact]
    public void Days_are_included_in_whatever_order_and_one_alone_is_a_day()
    {
        var filter = Read(from: "2025-03-31", to: "2025-03-01").Filter(s_newest);
        Assert.Equal((Utc(2025, 3, 1), Utc(2025, 4, 1)), (filter.From, filter.To));
        Assert.Equal(
            (Utc(2025, 3, 5), Utc(2025, 3, 6)),
            (Read(from: "2025-03-05").Filter(s_newest).From, Read(to: "2025-03-05").Filter(s_newest).To)
        );
        Assert.Equal(Utc(2025, 12, 2), Read(from: "5.3.2025").Filter(s_newest).From);
    }

    [Theory]
    [InlineData("2025-03-01", "2025-03-02", null, "hour")]
    [InlineData("2025-03-01", "2025-03-31", null, "day")]
    [InlineData("2025-01-01", "2025-12-31", null, "month")]
    [InlineData("2025-01-01", "2025-12-31", "day", "day")]
    [InlineData("2025-01-01", "2025-12-31", "week", "month")]
    public void The_grain_suits_the_span_unless_it_is_chosen(string from, string to, string? grain, string expected)
    {
        var query = Read(from: from, to: to, grain: grain);
        Assert.Equal(expected, query.GrainOf(query.Filter(s_newest)));
    }

    [Fact]
    public void The_URL_says_what_the_query_is()
    {
        var query = Read(
            from: "2025-03-01",
            to: "2025-03-31",
            country: "United Kingdom",
            store: "S&1",
            currency: "EUR",
            grain: "day",
            live: "off"
        );
        Assert.Equal(
            "/sales?from=2025-03-01&to=2025-03-31&country=United%20Kingdom&store=S%261&currency=EUR&grain=day&live=off",
            query.Url
        );
        Assert.Equal("/sales/purchases?span=7d&product=85123A", Read(span: "7d").PurchasesUrl("85123A"));
        Assert.Equal(
            query,
            Read(
                from: "2025-03-01",
                to: "2025-03-31",
                country: "United Kingdom",
                store: "S&1",
                currency: "EUR",
                grain: "day",
                live: "off"
            )
        );
    }

    private static SalesQuery Read(
        string? from = null,
        string? to = null,
        string? span = null,
        string? country = null,
        string? store = null,
        string? currency = null,
        string? grain = null,
        string? live = null
    ) => SalesQuery.Read(from, to, span, country, store, currency, grain, live);

    private static DateTime? Utc(int year, int month, int day) => new(year, month, day, 0, 0, 0, DateTimeKind.Utc);
}
