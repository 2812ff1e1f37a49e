namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Which lines a question is about. Amounts of different currencies never add up, so there is always one currency.
/// </summary>
public sealed record SalesFilter
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>First moment, included: a full hour, UTC. Null for no bound.</summary>
    public DateTime? From { get; init; }

    /// <summary>First moment that is not included: a full hour, UTC. Null for no bound.</summary>
    public DateTime? To { get; init; }

    /// <summary>Of the line's own post. Null for every one, and for none.</summary>
    public string? Country { get; init; }

    /// <summary>Of the line's own post. Null for every one, and for none.</summary>
    public string? StoreId { get; init; }
}

/// <summary>How long a point of a series is.</summary>
public enum SalesGrain
{
    /// <summary>An hour, UTC.</summary>
    Hour,

    /// <summary>A UTC day.</summary>
    Day,

    /// <summary>A UTC calendar month.</summary>
    Month,
}

/// <summary>What the best are told of.</summary>
public enum SalesDimension
{
    /// <summary>By product_id.</summary>
    Product,

    /// <summary>By country.</summary>
    Country,

    /// <summary>By store_id.</summary>
    Store,

    /// <summary>By customer_id.</summary>
    Customer,
}

/// <summary>What the best are best in.</summary>
public enum SalesMeasure
{
    /// <summary>Net value.</summary>
    Net,

    /// <summary>Units, returns deducted.</summary>
    Units,
}
