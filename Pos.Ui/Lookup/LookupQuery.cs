using Pos.Contracts.Http;

namespace Pos.Ui.Lookup;

/// <summary>What is looked up, as the page's URL says it.</summary>
/// <param name="PurchaseId">A purchase's id; null when it is not known to be one.</param>
/// <param name="CustomerId">A customer's id; with a purchase's, the purchase must be that customer's.</param>
/// <param name="Either">What a visitor typed: the id of the one or of the other.</param>
public sealed record LookupQuery(string? PurchaseId, string? CustomerId, string? Either)
{
    /// <summary>What the box has in it.</summary>
    public string Text => Either ?? string.Join(' ', new[] { CustomerId, PurchaseId }.Where(id => id is not null));

    public bool IsEmpty => Text is "";

    public string Url => Of(PurchaseId, CustomerId, Either);

    public static string OfPurchase(string id) => Of(id, null, null);

    public static string OfCustomer(string id) => Of(null, id, null);

    public static string OfText(string text) => Of(null, null, text);

    private static string Of(string? purchase, string? customer, string? either) =>
        new QueryText("/").With("purchase", purchase).With("customer", customer).With("q", either).ToString();
}
