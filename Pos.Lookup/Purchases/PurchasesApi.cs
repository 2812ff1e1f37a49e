using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts;
using Pos.Contracts.Lookup;

namespace Pos.Lookup.Purchases;

/// <summary>Serves purchases by id and by customer.</summary>
internal static class PurchasesApi
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100; // DynamoDB: BatchGetItem accepts up to 100 keys.

    public static void MapPurchases(this IEndpointRouteBuilder app)
    {
        app.MapGet("/purchases/{purchase_id}", GetPurchase)
            .WithName("GetPurchase")
            .WithSummary("A purchase with its lines")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/customers/{customer_id}/purchases", ListPurchases)
            .WithName("ListCustomerPurchases")
            .WithSummary("A customer's purchases, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/customers/{customer_id}/purchases/{purchase_id}", GetCustomerPurchase)
            .WithName("GetCustomerPurchase")
            .WithSummary("A customer's purchase with its lines")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    internal static async Task<Results<Ok<PurchaseView>, ProblemHttpResult>> GetPurchase(
        [FromRoute(Name = "purchase_id")] string purchaseId,
        PurchaseTable table,
        CancellationToken cancellationToken
    ) =>
        await FindAsync(table, purchaseId, cancellationToken) is { } purchase
            ? TypedResults.Ok(purchase)
            : NotFound($"Purchase '{purchaseId}' does not exist.");

    internal static async Task<Results<Ok<PurchaseView>, ProblemHttpResult>> GetCustomerPurchase(
        [FromRoute(Name = "customer_id")] string customerId,
        [FromRoute(Name = "purchase_id")] string purchaseId,
        PurchaseTable table,
        CancellationToken cancellationToken
    ) =>
        // Return the same response for another customer's purchase as for one that does not exist.
        await FindAsync(table, purchaseId, cancellationToken) is { } purchase
        && purchase.CustomerId == customerId
            ? TypedResults.Ok(purchase)
            : NotFound($"Customer '{customerId}' has no purchase '{purchaseId}'.");

    internal static async Task<Results<Ok<PurchasePage>, ProblemHttpResult>> ListPurchases(
        [FromRoute(Name = "customer_id")] string customerId,
        PurchaseTable table,
        CancellationToken cancellationToken,
        [Description("1 to 100 purchases a page"), Range(1, MaxLimit)] int limit = DefaultLimit,
        [Description("next_cursor of the previous page")] string? cursor = null
    )
    {
        if (limit is < 1 or > MaxLimit)
            return TypedResults.Problem(
                $"'limit' is {limit}; 1 to {MaxLimit} are allowed.",
                statusCode: StatusCodes.Status400BadRequest
            );
        string? after = null;
        if (cursor is not null && !PageCursor.TryParse(customerId, cursor, out after))
            return TypedResults.Problem(
                "'cursor' is not the next_cursor of a previous page of this customer.",
                statusCode: StatusCodes.Status400BadRequest
            );
        if (!IsName(customerId))
            return TypedResults.Ok(new PurchasePage([], null));

        var (purchases, last) = await table.PageAsync(customerId, limit, after, cancellationToken);
        return TypedResults.Ok(new PurchasePage(purchases, last is null ? null : PageCursor.Create(customerId, last)));
    }

    private static async Task<PurchaseView?> FindAsync(
        PurchaseTable table,
        string purchaseId,
        CancellationToken cancellationToken
    ) => IsName(purchaseId) ? await table.FindAsync(purchaseId, cancellationToken) : null;

    // No stored name is longer, and DynamoDB rejects keys of more than 2,048 bytes.
    private static bool IsName(string text) => text.EnumerateRunes().Count() <= PurchaseLimits.MaxNameCharacters;

    private static ProblemHttpResult NotFound(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);
}
