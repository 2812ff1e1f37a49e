namespace Pos.Storage.Warehouse.Queries;

/// <summary>Sales of a span of time in one currency.</summary>
public sealed record SalesTotals
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Value of lines with a positive quantity.</summary>
    public required decimal Gross { get; init; }

    /// <summary>Value of lines with a negative quantity; usually zero or negative.</summary>
    public required decimal Returns { get; init; }

    /// <summary>Distinct purchases, including those with returns only.</summary>
    public required long Purchases { get; init; }

    /// <summary>Distinct purchases with at least one line that is not a return.</summary>
    public required long Baskets { get; init; }

    /// <summary>Sum of quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Distinct customers of the purchases that have one.</summary>
    public required long Customers { get; init; }

    /// <summary>Sum of gross and returns.</summary>
    public decimal Net => Gross + Returns;

    /// <summary>Gross over baskets, to four places; null when there is none.</summary>
    public decimal? AverageBasket =>
        Baskets == 0 ? null : Amount.Exact(decimal.Round(Gross / Baskets, 4, MidpointRounding.AwayFromZero));
}

/// <summary>Sales of one hour, day or month.</summary>
/// <param name="Start">First moment, UTC.</param>
/// <param name="Purchases">Distinct purchases.</param>
/// <param name="Lines">Lines of the purchases.</param>
/// <param name="Units">Sum of quantities; returns count negative.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Sum of gross and returns.</param>
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
/// <param name="Key">Id of the product, store or customer, or name of the country.</param>
/// <param name="Description">
/// One of a product's descriptions, which change over time. Null for other dimensions.
/// </param>
/// <param name="Units">Sum of quantities; returns count negative.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Sum of gross and returns.</param>
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
    /// <summary>Removes trailing zeros, which come from the column's scale.</summary>
    public static decimal Exact(decimal amount) => amount / 1.0000000000000000000000000000m;
}
