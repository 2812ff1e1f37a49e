using System.Globalization;
using Pos.Ui.Formats;
using Xunit;

namespace Pos.Tests.Ui.Formats;

[Fast]
public sealed class MoneyTests
{
    // By hand, as the tests run without the machine's cultures.
    private static readonly CultureInfo s_british = Culture(".", ",", positive: 0, negative: 1);
    private static readonly CultureInfo s_german = Culture(",", ".", positive: 3, negative: 8);
    private static readonly CultureInfo s_american = Culture(".", ",", positive: 0, negative: 0);

    [Fact]
    public void An_amount_has_the_datas_currency_and_the_visitors_separators()
    {
        Assert.Equal("£1,234.50", Money.Text(1234.5m, "GBP", s_british));
        Assert.Equal("-£2.55", Money.Text(-2.55m, "GBP", s_british));
        Assert.Equal("1.234,50 £", Money.Text(1234.5m, "GBP", s_german));
        Assert.Equal("-2,55 €", Money.Text(-2.55m, "EUR", s_german));
        Assert.Equal("-$2.55", Money.Text(-2.55m, "USD", s_american));
        Assert.Equal("¥1,235", Money.Text(1234.5m, "JPY", s_british));
    }

    [Fact]
    public void A_currency_without_a_symbol_of_its_own_stands_by_its_code()
    {
        Assert.Equal("CHF 12.50", Money.Text(12.5m, "CHF", s_british));
        Assert.Equal("-CHF 12.50", Money.Text(-12.5m, "CHF", s_american));
        Assert.Equal("12,50 CHF", Money.Text(12.5m, "CHF", s_german));
    }

    [Fact]
    public void A_unit_price_keeps_all_of_its_places()
    {
        Assert.Equal("£2.55", Money.Exact(2.5500m, "GBP", s_british));
        Assert.Equal("£0.0425", Money.Exact(0.0425m, "GBP", s_british));
        Assert.Equal("£3.00", Money.Exact(3m, "GBP", s_british));
    }

    [Fact]
    public void Axes_have_thousands_and_millions()
    {
        Assert.Equal("£950", Money.Short(950m, "GBP", s_british));
        Assert.Equal("£1.2k", Money.Short(1_234m, "GBP", s_british));
        Assert.Equal("-12k £", Money.Short(-12_345m, "GBP", s_german));
        Assert.Equal("1,5M £", Money.Short(1_500_000m, "GBP", s_german));
    }

    private static CultureInfo Culture(string point, string group, int positive, int negative)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.CurrencyDecimalSeparator, culture.NumberFormat.NumberDecimalSeparator) = (point, point);
        (culture.NumberFormat.CurrencyGroupSeparator, culture.NumberFormat.NumberGroupSeparator) = (group, group);
        (culture.NumberFormat.CurrencyPositivePattern, culture.NumberFormat.CurrencyNegativePattern) = (
            positive,
            negative
        );
        return culture;
    }
}
