using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Contracts;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Reads what was asked for; the first parameter that cannot be read is the refusal.</summary>
internal sealed class SalesParameters
{
    // Whatever is compared with them stays a date.
    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    private static readonly string[] s_times = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>400 with parameter and reason; null when all could be read.</summary>
    public ProblemHttpResult? Refusal { get; private set; }

    public SalesFilter Filter(SalesSelection selection)
    {
        var (from, to) = (Moment("from", selection.From), Moment("to", selection.To));
        if (from > to)
            Refuse("to", "is before from");
        return new SalesFilter
        {
            From = from,
            To = to,
            Country = selection.Country,
            StoreId = selection.Store,
            Currency = Currency(selection.Currency),
        };
    }

    /// <summary>One of an enumeration's names, in lower case; null when there is no text.</summary>
    public T? Choice<T>(string parameter, string? text)
        where T : struct, Enum
    {
        if (text is null)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == text)
                return value;
        }
        Refuse(parameter, $"is '{text}'; it is one of {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}");
        return null;
    }

    public int Number(string parameter, string? text, int least, int most, int @default)
    {
        if (text is null)
            return @default;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
        )
            return number;
        Refuse(parameter, $"is '{text}'; it is a whole number from {least} to {most}");
        return @default;
    }

    public ProblemHttpResult Refuse(string parameter, string reason) => Refusal ??= Refused(parameter, reason);

    /// <summary>400: what is wrong with which parameter.</summary>
    public static ProblemHttpResult Refused(string parameter, string reason) =>
        TypedResults.Problem(
            $"'{parameter}' {reason}.",
            statusCode: StatusCodes.Status400BadRequest,
            extensions: new Dictionary<string, object?> { ["parameter"] = parameter, ["reason"] = reason }
        );

    public static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private DateTime? Moment(string parameter, string? text)
    {
        if (text is null)
            return null;
        if (
            !DateTime.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var moment
            )
            && !DateTime.TryParseExact(
                text,
                s_times,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out moment
            )
        )
        {
            Refuse(
                parameter,
                $"is '{text}'; it is a day as 2025-01-31, or a full hour as 2025-01-31T14:00Z (a + of an offset is %2B in a URL)"
            );
        }
        else if (moment.Ticks % TimeSpan.TicksPerHour != 0)
        {
            Refuse(parameter, $"is '{text}'; sales are kept by full hours, UTC");
        }
        else if (moment.Year is < FirstYear or > LastYear)
        {
            Refuse(parameter, $"is '{text}'; years are from {FirstYear} to {LastYear}");
        }
        return moment;
    }

    private string Currency(string? text)
    {
        if (text is null)
            return PurchaseRules.UsualCurrency;
        if (text.Length != 3 || !text.All(char.IsAsciiLetterUpper))
            Refuse("currency", $"is '{text}'; it is an ISO 4217 code as GBP");
        return text;
    }
}
