using System.Globalization;

namespace Pos.Ui.Formats;

/// <summary>Amounts in the data's currency, written as the visitor's culture writes amounts.</summary>
internal static class Money
{
    private const int MostDecimals = 4; // of a unit price, by the contract

    private static readonly Dictionary<string, string> s_symbols = new(StringComparer.Ordinal)
    {
        ["GBP"] = "£",
        ["EUR"] = "€",
        ["USD"] = "$",
        ["JPY"] = "¥",
        ["INR"] = "₹",
    };

    // ISO 4217: minor units other than two.
    private static readonly Dictionary<string, int> s_decimals = new(StringComparer.Ordinal)
    {
        ["BIF"] = 0,
        ["CLP"] = 0,
        ["DJF"] = 0,
        ["GNF"] = 0,
        ["ISK"] = 0,
        ["JPY"] = 0,
        ["KMF"] = 0,
        ["KRW"] = 0,
        ["PYG"] = 0,
        ["RWF"] = 0,
        ["UGX"] = 0,
        ["VND"] = 0,
        ["VUV"] = 0,
        ["XAF"] = 0,
        ["XOF"] = 0,
        ["XPF"] = 0,
        ["BHD"] = 3,
        ["IQD"] = 3,
        ["JOD"] = 3,
        ["KWD"] = 3,
        ["LYD"] = 3,
        ["OMR"] = 3,
        ["TND"] = 3,
    };

    /// <summary>The amount, rounded to the currency's minor unit.</summary>
    public static string Text(decimal amount, string currency, CultureInfo? culture = null) =>
        Text(amount, currency, Decimals(currency), culture);

    /// <summary>The amount with all its decimal places, those of the minor unit at least.</summary>
    public static string Exact(decimal amount, string currency, CultureInfo? culture = null) =>
        Text(
            amount,
            currency,
            Math.Clamp((amount / 1.0000000000000000000000000000m).Scale, Decimals(currency), MostDecimals),
            culture
        );

    /// <summary>Without decimal places and in thousands or millions, for axes.</summary>
    public static string Short(decimal amount, string currency, CultureInfo? culture = null) =>
        Math.Abs(amount) switch
        {
            >= 10_000_000 => Text(amount / 1_000_000, currency, 0, culture, "M"),
            >= 1_000_000 => Text(amount / 1_000_000, currency, 1, culture, "M"),
            >= 10_000 => Text(amount / 1_000, currency, 0, culture, "k"),
            >= 1_000 => Text(amount / 1_000, currency, 1, culture, "k"),
            _ => Text(amount, currency, 0, culture),
        };

    private static int Decimals(string currency) => s_decimals.GetValueOrDefault(currency, 2);

    private static string Text(decimal amount, string currency, int decimals, CultureInfo? culture, string unit = "")
    {
        var format = (NumberFormatInfo)(culture ?? CultureInfo.CurrentCulture).NumberFormat.Clone();
        format.CurrencyDecimalDigits = decimals;
        if (s_symbols.TryGetValue(currency, out var symbol))
        {
            format.CurrencySymbol = symbol;
        }
        else
        {
            // A code has a blank between itself and the amount, whatever a symbol has.
            format.CurrencySymbol = currency;
            format.CurrencyPositivePattern |= 2;
            format.CurrencyNegativePattern = format.CurrencyPositivePattern == 2 ? 9 : 8;
        }
        if (format.CurrencyNegativePattern is 0 or 4 or 14 or 15)
            format.CurrencyNegativePattern = format.CurrencyPositivePattern switch
            {
                0 => 1,
                1 => 5,
                2 => 9,
                _ => 8,
            }; // a minus, and no parentheses
        if (unit is not "")
        {
            // The unit belongs to the number: £12.3k, 12,3k £.
            var number = Math.Abs(amount).ToString($"N{decimals}", Numbers(format)) + unit;
            var shape = (amount < 0 ? -1m : 1m).ToString("C0", format);
            return shape.Replace("1", number, StringComparison.Ordinal);
        }
        return amount.ToString("C", format);

        static NumberFormatInfo Numbers(NumberFormatInfo format)
        {
            format.NumberDecimalSeparator = format.CurrencyDecimalSeparator;
            format.NumberGroupSeparator = format.CurrencyGroupSeparator;
            return format;
        }
    }
}
