using System.Text.Json.Serialization;

namespace Pos.Lookup.Purchases;

/// <summary>A purchase as it stands: the newest version of each of its lines.</summary>
internal sealed record PurchaseView
{
    public required string PurchaseId { get; init; }
    public required string? CustomerId { get; init; }
    public required string? StoreId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime PurchasedAt { get; init; }
    public required string? Country { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>When its newest post was accepted, UTC.</summary>
    public required DateTime IngestedAt { get; init; }

    /// <summary>Sum of the quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Sum of quantity times unit price, exact, in <see cref="Currency"/>.</summary>
    public required decimal NetValue { get; init; }

    /// <summary>By line number.</summary>
    public required IReadOnlyList<LineView> Lines { get; init; }
}

/// <summary>One line of a purchase.</summary>
internal sealed record LineView
{
    public required int Line { get; init; }
    public required string ProductId { get; init; }
    public required string? Description { get; init; }
    public required int Quantity { get; init; }
    public required decimal UnitPrice { get; init; }

    /// <summary>UTC; where it differs from the purchase's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTime? PurchasedAt { get; init; }
}

/// <summary>A purchase without its lines.</summary>
internal sealed record PurchaseSummary
{
    public required string PurchaseId { get; init; }
    public required string CustomerId { get; init; }
    public required string? StoreId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime PurchasedAt { get; init; }
    public required string? Country { get; init; }
    public required string Currency { get; init; }

    /// <summary>How many lines it has.</summary>
    public required int LineCount { get; init; }
    public required long Units { get; init; }
    public required decimal NetValue { get; init; }
}

/// <summary>One page of a customer's purchases, newest first.</summary>
/// <param name="Purchases">At most as many as asked for.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
internal sealed record PurchasePage(IReadOnlyList<PurchaseSummary> Purchases, string? NextCursor);
