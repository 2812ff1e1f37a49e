using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>
/// Serves the purchases that make up the sales figures. Their amounts add up to these.
/// </summary>
internal static class SoldPurchasesApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1_000;

    public static void MapSoldPurchases(this IEndpointRouteBuilder sales) =>
        sales
            .MapGet("/purchases", GetAsync)
            .WithName("GetSoldPurchases")
            .WithSummary("Purchases that make up the sales, newest hour first");

    internal static async Task<Results<Ok<SoldPurchasePage>, ProblemHttpResult>> GetAsync(
        [AsParameters] SalesSelection selection,
        [FromQuery(Name = "product"), Description("product_id; selects purchases with a line of this product")]
            string? product,
        [FromQuery(Name = "limit"), Description("1 to 1,000; default 50")] string? limit,
        [FromQuery(Name = "cursor"), Description("next_cursor of the previous page")] string? cursor,
        PurchaseQueries queries,
        CancellationToken cancellationToken
    )
    {
        var parameters = new SalesParameters();
        var filter = parameters.Filter(selection);
        var count = parameters.Number("limit", limit, 1, MaxLimit, DefaultLimit);
        SoldPurchaseKey? after = null;
        if (cursor is not null && (after = Parse(cursor)) is null)
            parameters.Reject("cursor", "is not the next_cursor of a previous page");
        if (parameters.Rejection is { } rejection)
            return rejection;

        var page = await queries.ListAsync(filter, product, count, after, cancellationToken);
        return TypedResults.Ok(
            new SoldPurchasePage(filter.Currency, page, page.Count == count ? Format(page[^1]) : null)
        );
    }

    private static string Format(SoldPurchase last) =>
        Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{last.Hour:yyyyMMddHH}{last.PurchaseId}")
            )
        );

    private static SoldPurchaseKey? Parse(string cursor)
    {
        const string hours = "yyyyMMddHH";
        if (!Base64Url.IsValid(cursor))
            return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return
            text.Length > hours.Length
            && !text.Any(char.IsControl)
            && DateTime.TryParseExact(
                text.AsSpan(0, hours.Length),
                hours,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var hour
            )
            ? new(hour, text[hours.Length..])
            : null;
    }
}
