using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Serves the warehouse's rows of a purchase and its totals of a customer.</summary>
internal static class WarehouseRowsApi
{
    public static void MapWarehouseRows(this IEndpointRouteBuilder app)
    {
        app.MapGet("/purchases/{purchase_id}/warehouse", GetRowsAsync)
            .WithName("GetWarehouseRows")
            .WithTags("Sales")
            .WithSummary("Number of rows of a purchase in the warehouse")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/customers/{customer_id}/totals", GetTotalsAsync)
            .WithName("GetCustomerTotals")
            .WithTags("Sales")
            .WithSummary("A customer's purchases and returns in total, by currency")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    internal static async Task<Ok<PurchaseRows>> GetRowsAsync(
        [FromRoute(Name = "purchase_id")] string purchaseId,
        PurchaseQueries queries,
        CancellationToken cancellationToken
    )
    {
        return TypedResults.Ok(await queries.RowsAsync(purchaseId, cancellationToken));
    }

    internal static async Task<Ok<CustomerTotals>> GetTotalsAsync(
        [FromRoute(Name = "customer_id")] string customerId,
        PurchaseQueries queries,
        CancellationToken cancellationToken
    )
    {
        return TypedResults.Ok(new CustomerTotals(await queries.CustomerTotalsAsync(customerId, cancellationToken)));
    }
}
