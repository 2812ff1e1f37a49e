namespace Pos.Storage.Warehouse.Queries;

/// <summary>Sales of a span of time in one currency.</summary>
public sealed record SalesTotals
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Value of lines with a positive quantity.</summary>
    public required decimal Gross { get; init; }

    /// <summary>Value of lines with a negative quantity: zero or less, mostly.</summary>
    public required decimal Returns { get; init; }

    /// <summary>Distinct purchases, those with returns only included.</summary>
    public required long Purchases { get; init; }

    /// <summary>Distinct purchases in which something was sold: those that have a basket.</summary>
    public required long Baskets { get; init; }

    /// <summary>Sum of quantities, returns deducted.</summary>
    public required long Units { get; init; }

    /// <summary>Distinct customers; purchases without one are nobody's.</summary>
    public required long Customers { get; init; }

    /// <summary>Gross and returns together.</summary>
    public decimal Net => Gross + Returns;

    /// <summary>Gross over baskets, to four places; null when there is none.</summary>
    public decimal? AverageBasket =>
        Baskets == 0 ? null : Amount.Exact(decimal.Round(Gross / Baskets, 4, MidpointRounding.AwayFromZero));
}

/// <summary>Sales of one hour, day or month.</summary>
/// <param name="Start">Its first moment, UTC.</param>
/// <param name="Purchases">Distinct purchases.</param>
/// <param name="Lines">Lines of them.</param>
/// <param name="Units">Sum of quantities, returns deducted.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Gross and returns together.</param>
public sealed record SalesPoint(
    DateTime Start,
    long Purchases,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>Sales of one product, country, store or customer.</summary>
/// <param name="Key">Its id or name.</param>
/// <param name="Description">Of a product: one that was used, as they change over time. Null for all else.</param>
/// <param name="Units">Sum of quantities, returns deducted.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Gross and returns together.</param>
public sealed record SalesShare(
    string Key,
    string? Description,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

internal static class Amount
{
    /// <summary>The same number with the decimal places that it needs: a sum has those of its column.</summary>
    public static decimal Exact(decimal amount) => amount / 1.0000000000000000000000000000m;
}
