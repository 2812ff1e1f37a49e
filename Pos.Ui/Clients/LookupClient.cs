namespace Pos.Ui.Clients;

/// <summary>Purchases, customers and sales.</summary>
public sealed class LookupClient(HttpClient http) : ServiceClient(http, "lookup")
{
    public async Task<Answer<Purchase>> PurchaseAsync(string purchaseId, CancellationToken cancellationToken) =>
        await PurchaseAtAsync($"/purchases/{Uri.EscapeDataString(purchaseId)}", cancellationToken);

    /// <summary>Not there also when the purchase is another customer's.</summary>
    public async Task<Answer<Purchase>> PurchaseAsync(
        string purchaseId,
        string customerId,
        CancellationToken cancellationToken
    ) =>
        await PurchaseAtAsync(
            $"/customers/{Uri.EscapeDataString(customerId)}/purchases/{Uri.EscapeDataString(purchaseId)}",
            cancellationToken
        );

    /// <summary>A customer's purchases, newest first.</summary>
    /// <param name="customerId">Whose.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<CustomerPage>> CustomerPageAsync(
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
            LookupJson.Default.CustomerPage,
            cancellationToken
        );

    public Task<Answer<SalesSummary>> SummaryAsync(
        SalesFilter filter,
        bool compare,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            filter.Path("/sales/summary").With("compare", compare ? "previous" : null).ToString(),
            LookupJson.Default.SalesSummary,
            cancellationToken
        );

    /// <param name="filter">Of what.</param>
    /// <param name="grain">hour, day or month.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<SalesSeries>> SeriesAsync(
        SalesFilter filter,
        string grain,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            filter.Path("/sales/series").With("grain", grain).ToString(),
            LookupJson.Default.SalesSeries,
            cancellationToken
        );

    /// <param name="filter">Of what.</param>
    /// <param name="by">product, country, store or customer.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<TopSales>> TopAsync(
        SalesFilter filter,
        string by,
        int limit,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            filter.Path("/sales/top").With("by", by).With("limit", limit).ToString(),
            LookupJson.Default.TopSales,
            cancellationToken
        );

    /// <summary>What sales are made of, newest hour first.</summary>
    /// <param name="filter">Of what.</param>
    /// <param name="product">Only purchases with a line of it; null for every one.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<SoldPurchases>> SoldPurchasesAsync(
        SalesFilter filter,
        string? product,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            filter
                .Path("/sales/purchases")
                .With("product", product)
                .With("limit", limit)
                .With("cursor", cursor)
                .ToString(),
            LookupJson.Default.SoldPurchases,
            cancellationToken
        );

    /// <summary>How many rows the warehouse has of a purchase.</summary>
    public Task<Answer<WarehouseRows>> WarehouseRowsAsync(string purchaseId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/purchases/{Uri.EscapeDataString(purchaseId)}/warehouse",
            LookupJson.Default.WarehouseRows,
            cancellationToken
        );

    public Task<Answer<CustomerTotals>> CustomerTotalsAsync(string customerId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/customers/{Uri.EscapeDataString(customerId)}/totals",
            LookupJson.Default.CustomerTotals,
            cancellationToken
        );

    public Task<Answer<SalesFreshness>> FreshnessAsync(CancellationToken cancellationToken) =>
        GetAsync("/sales/freshness", LookupJson.Default.SalesFreshness, cancellationToken);

    private async Task<Answer<Purchase>> PurchaseAtAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return answer.Value is { } json
            ? Read(json, LookupJson.Default.Purchase).To(purchase => purchase with { Json = json })
            : answer.Failure!;
    }
}
