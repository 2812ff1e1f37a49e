using Pos.Contracts.Lookup;
using Pos.Ui.Components;
using Pos.Ui.Formats;

namespace Pos.Ui.Lookup;

/// <summary>A purchase's lines, and a customer's purchases, as CSV.</summary>
internal static class PurchaseExports
{
    private const int PurchasesAPage = 100;

    public static void MapPurchaseExports(this IEndpointRouteBuilder app)
    {
        app.MapGet("/exports/purchases/{id}.csv", GetPurchaseAsync);
        app.MapGet("/exports/customers/{id}/purchases.csv", GetCustomerAsync);
    }

    internal static async Task<IResult> GetPurchaseAsync(
        string id,
        LookupClient lookup,
        CancellationToken cancellationToken
    ) =>
        Exports.File(
            await lookup.PurchaseAsync(id, cancellationToken),
            $"purchase-{id}.csv",
            CsvLine.Header(
                "purchase_id",
                "customer_id",
                "store_id",
                "purchased_at",
                "country",
                "currency",
                "line",
                "product_id",
                "description",
                "quantity",
                "unit_price",
                "value"
            ),
            purchase =>
                purchase.Lines.Select(line =>
                    new CsvLine()
                        .Text(purchase.PurchaseId)
                        .Text(purchase.CustomerId)
                        .Text(purchase.StoreId)
                        .Time(line.PurchasedAt ?? purchase.PurchasedAt)
                        .Text(purchase.Country)
                        .Text(purchase.Currency)
                        .Number(line.Line)
                        .Text(line.ProductId)
                        .Text(line.Description)
                        .Number(line.Quantity)
                        .Number(line.UnitPrice)
                        .Number(line.Value)
                )
        );

    internal static Task<IResult> GetCustomerAsync(
        string id,
        LookupClient lookup,
        CancellationToken cancellationToken
    ) =>
        Exports.ListAsync(
            async (cursor, cancel) =>
                (await lookup.CustomerPageAsync(id, PurchasesAPage, cursor, cancel)).To(
                    page => new Page<PurchaseSummary>(page.Purchases, page.NextCursor)
                ),
            $"customer-{id}.csv",
            CsvLine.Header(
                "customer_id",
                "purchase_id",
                "purchased_at",
                "store_id",
                "country",
                "currency",
                "lines",
                "units",
                "net"
            ),
            purchase =>
                new CsvLine()
                    .Text(purchase.CustomerId)
                    .Text(purchase.PurchaseId)
                    .Time(purchase.PurchasedAt)
                    .Text(purchase.StoreId)
                    .Text(purchase.Country)
                    .Text(purchase.Currency)
                    .Number(purchase.LineCount)
                    .Number(purchase.Units)
                    .Number(purchase.NetValue),
            cancellationToken
        );
}
