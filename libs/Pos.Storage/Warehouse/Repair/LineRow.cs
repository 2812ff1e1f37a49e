using Pos.Contracts;

namespace Pos.Storage.Warehouse.Repair;

/// <summary>
/// Identifies a version of a row of <see cref="WarehouseTables.Lines"/>, so that a newer row of the same line does not
/// match.
/// </summary>
/// <param name="PurchaseId">The row's purchase.</param>
/// <param name="Line">The row's line number.</param>
/// <param name="Position">Position of the row's version.</param>
public readonly record struct SeenRow(string PurchaseId, int Line, string Position);

/// <summary>A correct row, one property for each column. Times in UTC.</summary>
public sealed record LineRow
{
    /// <summary>Column purchase_id.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>Column line.</summary>
    public required int Line { get; init; }

    /// <summary>Column customer_id.</summary>
    public required string? CustomerId { get; init; }

    /// <summary>Column store_id.</summary>
    public required string? StoreId { get; init; }

    /// <summary>Column purchased_at.</summary>
    public required DateTime PurchasedAt { get; init; }

    /// <summary>Column country.</summary>
    public required string? Country { get; init; }

    /// <summary>Column currency.</summary>
    public required string Currency { get; init; }

    /// <summary>Column product_id.</summary>
    public required string ProductId { get; init; }

    /// <summary>Column description.</summary>
    public required string? Description { get; init; }

    /// <summary>Column quantity.</summary>
    public required int Quantity { get; init; }

    /// <summary>Column unit_price.</summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>Column ingested_at.</summary>
    public required DateTime IngestedAt { get; init; }

    /// <summary>Column position.</summary>
    public required string Position { get; init; }
}
