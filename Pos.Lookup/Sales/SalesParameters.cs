using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Contracts;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Parses query parameters. The first invalid one determines the rejection.</summary>
internal sealed class SalesParameters
{
    // Comparisons with earlier periods stay within the range of DateTime.
    private const int FirstYear = 1900;
    private const int LastYear = 2999;

    private static readonly string[] s_times = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Response 400 with parameter and reason; null if all parameters are valid.</summary>
    public ProblemHttpResult? Rejection { get; private set; }

    public SalesFilter Filter(SalesSelection selection)
    {
        var (from, to) = (Moment("from", selection.From), Moment("to", selection.To));
        if (from > to)
            Reject("to", "is before from");
        return new SalesFilter
        {
            From = from,
            To = to,
            Country = selection.Country,
            StoreId = selection.Store,
            Currency = Currency(selection.Currency),
        };
    }

    /// <summary>Parses the name of an enumeration value in lower case. Returns null if there is no text.</summary>
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
        Reject(parameter, $"is '{text}'; allowed are {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}");
        return null;
    }

    public int Number(string parameter, string? text, int min, int max, int @default)
    {
        if (text is null)
            return @default;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
            return number;
        Reject(parameter, $"is '{text}'; it must be a whole number from {min} to {max}");
        return @default;
    }

    public ProblemHttpResult Reject(string parameter, string reason) => Rejection ??= BadRequest(parameter, reason);

    /// <summary>Creates a response 400 that names the parameter and what is wrong with it.</summary>
    public static ProblemHttpResult BadRequest(string parameter, string reason) =>
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
            Reject(
                parameter,
                $"is '{text}'; it must be a day such as 2025-01-31, or a full hour such as 2025-01-31T14:00Z "
                    + "(encode the + of an offset as %2B)"
            );
        }
        else if (moment.Ticks % TimeSpan.TicksPerHour != 0)
        {
            Reject(parameter, $"is '{text}'; it must be a full hour in UTC");
        }
        else if (moment.Year is < FirstYear or > LastYear)
        {
            Reject(parameter, $"is '{text}'; years from {FirstYear} to {LastYear} are allowed");
        }
        return moment;
    }

    private string Currency(string? text)
    {
        if (text is null)
            return PurchaseRules.UsualCurrency;
        if (text.Length != 3 || !text.All(char.IsAsciiLetterUpper))
            Reject("currency", $"is '{text}'; it must be an ISO 4217 code such as GBP");
        return text;
    }
}
