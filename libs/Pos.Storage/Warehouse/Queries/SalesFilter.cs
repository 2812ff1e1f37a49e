namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Selects the lines of a query. Amounts of different currencies cannot be added, so there is always one currency.
/// </summary>
public sealed record SalesFilter
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>First moment, included: a full hour, UTC. Null for no bound.</summary>
    public DateTime? From { get; init; }

    /// <summary>First moment that is not included: a full hour, UTC. Null for no bound.</summary>
    public DateTime? To { get; init; }

    /// <summary>Country of the line's version; null for all lines, including those without a country.</summary>
    public string? Country { get; init; }

    /// <summary>Store of the line's version; null for all lines, including those without a store.</summary>
    public string? StoreId { get; init; }
}

/// <summary>The length of a point in a series.</summary>
public enum SalesGrain
{
    /// <summary>An hour, UTC.</summary>
    Hour,

    /// <summary>A UTC day.</summary>
    Day,

    /// <summary>A UTC calendar month.</summary>
    Month,
}

/// <summary>The dimension that ranked sales are grouped by.</summary>
public enum SalesDimension
{
    /// <summary>Grouped by product_id.</summary>
    Product,

    /// <summary>Grouped by country.</summary>
    Country,

    /// <summary>Grouped by store_id.</summary>
    Store,

    /// <summary>Grouped by customer_id.</summary>
    Customer,
}

/// <summary>The value that sales are ranked by.</summary>
public enum SalesMeasure
{
    /// <summary>Net value.</summary>
    Net,

    /// <summary>Sum of quantities; returns count negative.</summary>
    Units,
}
