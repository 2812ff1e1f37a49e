using Pos.Contracts.Http;

namespace Pos.Contracts.Lookup;

/// <summary>Calls lookup: purchases, customers, sales and reconciliation.</summary>
public sealed class LookupClient(HttpClient http) : ServiceClient(http, "lookup")
{
    /// <summary>Gets a purchase with its lines.</summary>
    public async Task<Answer<PurchaseView>> PurchaseAsync(string purchaseId, CancellationToken cancellationToken) =>
        await PurchaseAtAsync($"/purchases/{Uri.EscapeDataString(purchaseId)}", cancellationToken);

    /// <summary>Gets a customer's purchase. Not found if it belongs to another customer.</summary>
    public async Task<Answer<PurchaseView>> PurchaseAsync(
        string purchaseId,
        string customerId,
        CancellationToken cancellationToken
    ) =>
        await PurchaseAtAsync(
            $"/customers/{Uri.EscapeDataString(customerId)}/purchases/{Uri.EscapeDataString(purchaseId)}",
            cancellationToken
        );

    /// <summary>Gets a page of a customer's purchases, newest first.</summary>
    /// <param name="customerId">The customer's id.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cursor">Cursor of the previous page; null for the first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<PurchasePage>> CustomerPageAsync(
        string customerId,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            new QueryText($"/customers/{Uri.EscapeDataString(customerId)}/purchases")
                .With("limit", limit)
                .With("cursor", cursor)
                .ToString(),
            LookupJson.Default.PurchasePage,
            cancellationToken
        );

    /// <summary>Gets the totals of a span of time.</summary>
    public Task<Answer<SalesSummary>> SummaryAsync(
        SalesRequest request,
        bool compare,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            request.Path("/sales/summary").With("compare", compare ? "previous" : null).ToString(),
            LookupJson.Default.SalesSummary,
            cancellationToken
        );

    /// <summary>Gets sales over time.</summary>
    /// <param name="request">Selects the sales.</param>
    /// <param name="grain">hour, day or month.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<SalesSeries>> SeriesAsync(
        SalesRequest request,
        string grain,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            request.Path("/sales/series").With("grain", grain).ToString(),
            LookupJson.Default.SalesSeries,
            cancellationToken
        );

    /// <summary>Gets the best products, countries, stores or customers.</summary>
    /// <param name="request">Selects the sales.</param>
    /// <param name="by">product, country, store or customer.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<TopSales>> TopAsync(
        SalesRequest request,
        string by,
        int limit,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            request.Path("/sales/top").With("by", by).With("limit", limit).ToString(),
            LookupJson.Default.TopSales,
            cancellationToken
        );

    /// <summary>Gets the purchases that sales consist of, newest hour first.</summary>
    /// <param name="request">Selects the sales.</param>
    /// <param name="product">Only purchases with a line of this product; null for all.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cursor">Cursor of the previous page; null for the first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<SoldPurchasePage>> SoldPurchasesAsync(
        SalesRequest request,
        string? product,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            request
                .Path("/sales/purchases")
                .With("product", product)
                .With("limit", limit)
                .With("cursor", cursor)
                .ToString(),
            LookupJson.Default.SoldPurchasePage,
            cancellationToken
        );

    /// <summary>Counts the warehouse rows of a purchase.</summary>
    public Task<Answer<PurchaseRows>> WarehouseRowsAsync(string purchaseId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/purchases/{Uri.EscapeDataString(purchaseId)}/warehouse",
            LookupJson.Default.PurchaseRows,
            cancellationToken
        );

    /// <summary>Gets a customer's sales by currency.</summary>
    public Task<Answer<CustomerTotals>> CustomerTotalsAsync(string customerId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/customers/{Uri.EscapeDataString(customerId)}/totals",
            LookupJson.Default.CustomerTotals,
            cancellationToken
        );

    /// <summary>Gets how current the warehouse is.</summary>
    public Task<Answer<SalesFreshness>> FreshnessAsync(CancellationToken cancellationToken) =>
        GetAsync("/sales/freshness", LookupJson.Default.SalesFreshness, cancellationToken);

    /// <summary>Compares the stores. Takes minutes with much data; unavailable while another comparison runs.</summary>
    /// <param name="cancellationToken">Ends the comparison, in the service too.</param>
    public Task<Answer<ReconciliationResult>> ReconcileAsync(CancellationToken cancellationToken) =>
        GetAsync("/reconciliation", LookupJson.Default.ReconciliationResult, cancellationToken);

    private async Task<Answer<PurchaseView>> PurchaseAtAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return answer.Value is { } json
            ? Read(json, LookupJson.Default.PurchaseView).To(purchase => purchase with { Json = json })
            : answer.Failure!;
    }
}
