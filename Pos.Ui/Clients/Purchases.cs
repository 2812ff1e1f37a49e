using System.Text.Json.Serialization;

namespace Pos.Ui.Clients;

/// <summary>A purchase as it stands.</summary>
public sealed record Purchase
{
    public required string PurchaseId { get; init; }
    public string? CustomerId { get; init; }
    public string? StoreId { get; init; }
    public required DateTimeOffset PurchasedAt { get; init; }
    public string? Country { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>When its newest post was accepted.</summary>
    public required DateTimeOffset IngestedAt { get; init; }

    /// <summary>Returns count negative.</summary>
    public required long Units { get; init; }
    public required decimal NetValue { get; init; }
    public required IReadOnlyList<PurchaseLine> Lines { get; init; }

    /// <summary>The service's own words.</summary>
    [JsonIgnore]
    public string Json { get; init; } = "";
}

/// <summary>One line of a purchase.</summary>
public sealed record PurchaseLine
{
    public required int Line { get; init; }
    public required string ProductId { get; init; }
    public string? Description { get; init; }

    /// <summary>Negative for a return.</summary>
    public required int Quantity { get; init; }
    public required decimal UnitPrice { get; init; }

    /// <summary>Where it differs from the purchase's.</summary>
    public DateTimeOffset? PurchasedAt { get; init; }

    public bool IsReturn => Quantity < 0;

    public decimal Value => Quantity * UnitPrice;
}

/// <summary>A purchase without its lines.</summary>
public sealed record PurchaseSummary
{
    public required string PurchaseId { get; init; }
    public string? CustomerId { get; init; }
    public string? StoreId { get; init; }
    public required DateTimeOffset PurchasedAt { get; init; }
    public string? Country { get; init; }
    public required string Currency { get; init; }
    public required int LineCount { get; init; }
    public required long Units { get; init; }
    public required decimal NetValue { get; init; }
}

/// <summary>A page of a customer's purchases.</summary>
/// <param name="Purchases">Newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record CustomerPage(IReadOnlyList<PurchaseSummary> Purchases, string? NextCursor);
