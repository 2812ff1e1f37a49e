using System.Text.Json.Serialization;

namespace Pos.Contracts.Lookup;

/// <summary>A purchase with the newest version of each of its lines.</summary>
public sealed record PurchaseView
{
    /// <summary>Identifies the purchase.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>Null when the purchase has no customer.</summary>
    public required string? CustomerId { get; init; }

    /// <summary>Null when the purchase names no store.</summary>
    public required string? StoreId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime PurchasedAt { get; init; }

    /// <summary>Null when the purchase names no country.</summary>
    public required string? Country { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>When its newest version was accepted, UTC.</summary>
    public required DateTime IngestedAt { get; init; }

    /// <summary>Sum of the quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Sum of quantity times unit price, exact, in <see cref="Currency"/>.</summary>
    public required decimal NetValue { get; init; }

    /// <summary>By line number.</summary>
    public required IReadOnlyList<LineView> Lines { get; init; }

    /// <summary>The JSON text that the service returned; empty within the service.</summary>
    [JsonIgnore]
    public string Json { get; init; } = "";
}

/// <summary>One line of a purchase.</summary>
public sealed record LineView
{
    /// <summary>Identifies the line within the purchase.</summary>
    public required int Line { get; init; }

    /// <summary>The product's id.</summary>
    public required string ProductId { get; init; }

    /// <summary>Null when the till sent none.</summary>
    public required string? Description { get; init; }

    /// <summary>Negative for a return.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one unit, exact.</summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>UTC; present only where it differs from the purchase's time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? PurchasedAt { get; init; }

    /// <summary>True if the quantity is negative.</summary>
    [JsonIgnore]
    public bool IsReturn => Quantity < 0;

    /// <summary>Quantity times unit price, exact.</summary>
    [JsonIgnore]
    public decimal Value => Quantity * UnitPrice;
}

/// <summary>A purchase without its lines.</summary>
public sealed record PurchaseSummary
{
    /// <summary>Identifies the purchase.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>The customer whose purchases are listed.</summary>
    public required string CustomerId { get; init; }

    /// <summary>Null when the purchase names no store.</summary>
    public required string? StoreId { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime PurchasedAt { get; init; }

    /// <summary>Null when the purchase names no country.</summary>
    public required string? Country { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Number of lines.</summary>
    public required int LineCount { get; init; }

    /// <summary>Sum of the quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Sum of quantity times unit price, exact.</summary>
    public required decimal NetValue { get; init; }
}

/// <summary>One page of a customer's purchases, newest first.</summary>
/// <param name="Purchases">Newest first, at most as many as requested.</param>
/// <param name="NextCursor">Cursor of the next page; null on the last.</param>
public sealed record PurchasePage(IReadOnlyList<PurchaseSummary> Purchases, string? NextCursor);
