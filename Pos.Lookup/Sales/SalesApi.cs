using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Pos.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Sales from the warehouse, by event time.</summary>
internal static class SalesApi
{
    private const string RetryAfterSeconds = "2";

    public static void MapSales(this IEndpointRouteBuilder app)
    {
        var sales = app.MapGroup("/sales").WithTags("Sales");
        sales.MapGet("/series", GetSeriesAsync)
            .WithSummary("Sales by day or month")
            .WithDescription("grain is day or month. from and to are days as 2025-01-31; from is included, to is not.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    internal static async Task<Results<Ok<SalesSeries>, ProblemHttpResult>> GetSeriesAsync(
        SalesQueries queries, HttpResponse response, CancellationToken cancellationToken, string grain = "day", string? from = null, string? to = null)
    {
        if (!Enum.TryParse<SalesGrain>(grain, ignoreCase: true, out var parsed) || !char.IsAsciiLetter(grain[0]))
            return Refused($"grain is day or month, not '{grain}'.");
        if (!TryDay(from, out var first))
            return Refused($"from is a day as 2025-01-31, not '{from}'.");
        if (!TryDay(to, out var end))
            return Refused($"to is a day as 2025-01-31, not '{to}'.");
        if (first > end)
            return Refused("from is after to.");
        try
        {
            return TypedResults.Ok(new SalesSeries(grain.ToLowerInvariant(), await queries.SeriesAsync(parsed, first, end, cancellationToken)));
        }
        catch (NpgsqlException away) when (away is not PostgresException || away.IsTransient)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem("The warehouse cannot be reached now.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static ProblemHttpResult Refused(string reason) => TypedResults.Problem(reason, statusCode: StatusCodes.Status400BadRequest);

    private static bool TryDay(string? text, out DateOnly? day)
    {
        day = null;
        if (text is null)
            return true;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return false;
        day = parsed;
        return true;
    }
}

/// <summary>A series of sales, oldest first.</summary>
/// <param name="Grain">day or month.</param>
/// <param name="Points">One per span and currency with sales.</param>
internal sealed record SalesSeries(string Grain, IReadOnlyList<SalesPoint> Points);
