using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Lookup;

/// <summary>What a query found.</summary>
public sealed record LookupResult
{
    public PurchaseView? Purchase { get; init; }

    /// <summary>A customer that has purchases, whose id was asked for.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Why nothing could be found, when that is not for its absence.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What may be the id of a purchase that is on its way, when nothing was found.</summary>
    public string? MissingPurchaseId { get; init; }

    public bool IsFound => Purchase is not null || CustomerId is not null;

    /// <summary>
    /// Asks for what the query names. What was typed is tried as a purchase, as a customer, and as both with a blank or
    /// comma between them.
    /// </summary>
    public static Task<LookupResult> FindAsync(
        LookupClient lookup,
        LookupQuery query,
        CancellationToken cancellationToken
    ) =>
        query switch
        {
            { Either: { } text } => FindEitherAsync(lookup, text, cancellationToken),
            { PurchaseId: { } purchase, CustomerId: { } customer } => OfAsync(
                lookup.PurchaseAsync(purchase, customer, cancellationToken),
                purchase
            ),
            { PurchaseId: { } purchase } => OfAsync(lookup.PurchaseAsync(purchase, cancellationToken), purchase),
            { CustomerId: { } customer } => FindCustomerAsync(lookup, customer, cancellationToken),
            _ => Task.FromResult(new LookupResult()),
        };

    private static async Task<LookupResult> FindEitherAsync(
        LookupClient lookup,
        string text,
        CancellationToken cancellationToken
    )
    {
        var (purchase, customer) = (
            lookup.PurchaseAsync(text, cancellationToken),
            FindCustomerAsync(lookup, text, cancellationToken)
        );
        await Task.WhenAll(purchase, customer);
        var (found, buyer) = (await purchase, await customer);
        if (found.Value is not null || buyer.IsFound)
            return buyer with { Purchase = found.Value, Failure = null };
        if ((found.Failure is NotFound ? buyer.Failure : found.Failure) is { } failure)
            return new() { Failure = failure };

        if (
            text.Split([' ', ',', ';', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            is [var one, var other]
        )
        {
            foreach (var (purchaseId, customerId) in new[] { (one, other), (other, one) })
            {
                var both = await lookup.PurchaseAsync(purchaseId, customerId, cancellationToken);
                if (both.Value is not null)
                    return new() { Purchase = both.Value };
            }
        }
        return new() { MissingPurchaseId = text };
    }

    private static async Task<LookupResult> FindCustomerAsync(
        LookupClient lookup,
        string customerId,
        CancellationToken cancellationToken
    )
    {
        var page = await lookup.CustomerPageAsync(customerId, limit: 1, cursor: null, cancellationToken);
        return page switch
        {
            { Value.Purchases: not [] } => new() { CustomerId = customerId },
            { Failure: not null and not NotFound } => new() { Failure = page.Failure },
            _ => new(),
        };
    }

    private static async Task<LookupResult> OfAsync(Task<Answer<PurchaseView>> asked, string purchaseId)
    {
        var answer = await asked;
        return answer switch
        {
            { Value: { } purchase } => new() { Purchase = purchase },
            { Failure: NotFound } => new() { MissingPurchaseId = purchaseId },
            _ => new() { Failure = answer.Failure },
        };
    }
}
