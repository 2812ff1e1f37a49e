using Pos.Contracts;

namespace Pos.Storage.Warehouse.Repair;

/// <summary>
/// A row of <see cref="WarehouseTables.Lines"/> by what makes it the one that was seen, and no newer one.
/// </summary>
/// <param name="PurchaseId">Its purchase.</param>
/// <param name="Line">Its number.</param>
/// <param name="Position">Of the post that it says it comes from.</param>
public readonly record struct SeenRow(string PurchaseId, int Line, string Position);

/// <summary>A row as it is to be. Times in UTC.</summary>
public sealed record LineRow
{
    /// <summary>Column.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>Column.</summary>
    public required int Line { get; init; }

    /// <summary>Column.</summary>
    public required string? CustomerId { get; init; }

    /// <summary>Column.</summary>
    public required string? StoreId { get; init; }

    /// <summary>Column.</summary>
    public required DateTime PurchasedAt { get; init; }

    /// <summary>Column.</summary>
    public required string? Country { get; init; }

    /// <summary>Column.</summary>
    public required string Currency { get; init; }

    /// <summary>Column.</summary>
    public required string ProductId { get; init; }

    /// <summary>Column.</summary>
    public required string? Description { get; init; }

    /// <summary>Column.</summary>
    public required int Quantity { get; init; }

    /// <summary>Column.</summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>Column.</summary>
    public required DateTime IngestedAt { get; init; }

    /// <summary>Column.</summary>
    public required string Position { get; init; }
}
