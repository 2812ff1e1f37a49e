using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>What the warehouse has of a purchase and of a customer.</summary>
internal static class WarehouseRows
{
    public static void MapWarehouseRows(this IEndpointRouteBuilder app)
    {
        app.MapGet("/purchases/{purchase_id}/warehouse", GetRowsAsync)
            .WithName("GetWarehouseRows")
            .WithTags("Sales")
            .WithSummary("How many rows the warehouse has of a purchase")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/customers/{customer_id}/totals", GetTotalsAsync)
            .WithName("GetCustomerTotals")
            .WithTags("Sales")
            .WithSummary("What a customer bought and brought back, by currency")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    internal static async Task<Ok<WarehouseRowsAnswer>> GetRowsAsync(
        [FromRoute(Name = "purchase_id")] string purchaseId,
        PurchaseQueries queries,
        CancellationToken cancellationToken
    )
    {
        var rows = await queries.RowsAsync(purchaseId, cancellationToken);
        return TypedResults.Ok(new WarehouseRowsAnswer(rows.Merged, rows.Landed));
    }

    internal static async Task<Ok<CustomerTotalsAnswer>> GetTotalsAsync(
        [FromRoute(Name = "customer_id")] string customerId,
        PurchaseQueries queries,
        CancellationToken cancellationToken
    )
    {
        var totals = await queries.OfCustomerAsync(customerId, cancellationToken);
        return TypedResults.Ok(
            new CustomerTotalsAnswer([
                .. totals.Select(total => new CustomerTotal(
                    total.Currency,
                    total.Purchases,
                    total.Units,
                    total.Gross,
                    total.Returns,
                    total.Gross + total.Returns
                )),
            ])
        );
    }
}

/// <param name="Rows">One a line.</param>
/// <param name="RowsNotMerged">Rows that have landed and are not among these yet.</param>
internal sealed record WarehouseRowsAnswer(long Rows, long RowsNotMerged);

/// <param name="Totals">By currency; empty for a customer that the warehouse does not have.</param>
internal sealed record CustomerTotalsAnswer(IReadOnlyList<CustomerTotal> Totals);

internal sealed record CustomerTotal(
    string Currency,
    long Purchases,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);
