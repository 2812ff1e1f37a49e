using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Serves sales from the warehouse, by event time, in one currency.</summary>
internal static class SalesApi
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 1_000;

    public static void MapSales(this IEndpointRouteBuilder app)
    {
        var sales = app.MapGroup("/sales")
            .WithTags("Sales")
            .RejectUnknownParameters()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        sales
            .MapGet("/summary", GetSummaryAsync)
            .WithName("GetSalesSummary")
            .WithSummary("Totals of a period, and their change from an earlier one");
        sales
            .MapGet("/series", GetSeriesAsync)
            .WithName("GetSalesSeries")
            .WithSummary("Sales by hour, day or month, without gaps");
        sales
            .MapGet("/top", GetTopAsync)
            .WithName("GetTopSales")
            .WithSummary("Top products, countries, stores or customers");
        sales.MapSoldPurchases();
        sales
            .MapGet("/freshness", GetFreshnessAsync)
            .WithName("GetSalesFreshness")
            .WithSummary("Time of the newest data in the warehouse");
        app.MapWarehouseRows();
    }

    internal static async Task<Results<Ok<SalesSummary>, ProblemHttpResult>> GetSummaryAsync(
        [AsParameters] SalesSelection selection,
        [
            FromQuery(Name = "compare"),
            Description(
                "previous (the period of the same length before) or year (the same period a year before); "
                    + "requires from and to"
            )
        ]
            string? compare,
        SalesQueries queries,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SalesParameters();
        var filter = parameters.Filter(selection);
        var comparison = parameters.Choice<Comparison>("compare", compare);
        if (comparison is not null && (filter.From is null || filter.To is null))
            parameters.Reject(filter.From is null ? "from" : "to", "is required to compare");
        if (parameters.Rejection is { } rejection)
            return rejection;

        var summary = SalesResponses.Summary(
            filter,
            await queries.TotalsAsync(filter, cancellationToken),
            await queries.CurrenciesAsync(filter, cancellationToken)
        );
        if (comparison is not { } chosen)
            return TypedResults.Ok(summary);
        var compared = Before(filter, chosen);
        return TypedResults.Ok(
            summary with
            {
                Comparison = SalesResponses.Comparison(
                    compared,
                    summary,
                    await queries.TotalsAsync(compared, cancellationToken)
                ),
            }
        );
    }

    internal static async Task<Results<Ok<SalesSeries>, ProblemHttpResult>> GetSeriesAsync(
        [AsParameters] SalesSelection selection,
        [FromQuery(Name = "grain"), Description("hour, day (default) or month, UTC")] string? grain,
        SalesQueries queries,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SalesParameters();
        var filter = parameters.Filter(selection);
        var chosen = parameters.Choice<SalesGrain>("grain", grain) ?? SalesGrain.Day;
        if (parameters.Rejection is { } rejection)
            return rejection;

        var points = SeriesGaps.Fill(
            await queries.SeriesAsync(chosen, filter, cancellationToken),
            chosen,
            filter.From,
            filter.To
        );
        return points is null
            ? parameters.Reject(
                "grain",
                $"splits this period into more than {SalesQueries.MaxPoints} points; narrow it with from and to, "
                    + "or choose a longer grain"
            )
            : TypedResults.Ok(SalesResponses.Series(chosen, filter, points));
    }

    internal static async Task<Results<Ok<TopSales>, ProblemHttpResult>> GetTopAsync(
        [AsParameters] SalesSelection selection,
        [FromQuery(Name = "by"), Description("product, country, store or customer")] string? by,
        [FromQuery(Name = "measure"), Description("net (default) or units")] string? measure,
        [FromQuery(Name = "limit"), Description("1 to 1,000; default 10")] string? limit,
        SalesQueries queries,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SalesParameters();
        var filter = parameters.Filter(selection);
        var dimension = parameters.Choice<SalesDimension>("by", by);
        if (by is null)
            parameters.Reject("by", "is required: product, country, store or customer");
        var chosen = parameters.Choice<SalesMeasure>("measure", measure) ?? SalesMeasure.Net;
        var count = parameters.Number("limit", limit, 1, MaxLimit, DefaultLimit);
        if (parameters.Rejection is { } rejection)
            return rejection;
        return TypedResults.Ok(
            SalesResponses.Top(
                filter,
                await queries.TopAsync(dimension!.Value, chosen, count, filter, cancellationToken)
            )
        );
    }

    internal static async Task<Ok<SalesFreshness>> GetFreshnessAsync(
        SalesQueries queries,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await queries.FreshnessAsync(cancellationToken));

    private static SalesFilter Before(SalesFilter filter, Comparison comparison)
    {
        var (from, to) = (filter.From!.Value, filter.To!.Value);
        return comparison is Comparison.Year
            ? filter with
            {
                From = from.AddYears(-1),
                To = to.AddYears(-1),
            }
            : filter with
            {
                From = from - (to - from),
                To = from,
            };
    }

    private enum Comparison
    {
        Previous,
        Year,
    }
}
