namespace Pos.Ui.Sales;

/// <summary>Which sales, as the page's URL says it.</summary>
/// <param name="Country">Null for every one.</param>
public sealed record SalesQuery(string? Country);
