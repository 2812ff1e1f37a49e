using System.ComponentModel.DataAnnotations;

namespace Pos.Lookup.Sales;

internal sealed class SalesOptions
{
    public const string Section = "Lookup:Sales";

    /// <summary>
    /// Timeout of a query, after which the request returns 503. The database role's own <c>statement_timeout</c>
    /// cancels the query in the warehouse.
    /// </summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 10;

    /// <summary>Timeout of opening a connection.</summary>
    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 3;

    /// <summary>
    /// URL from which <see cref="WarehousePassword"/> reads the password; null if the connection string has it.
    /// </summary>
    [Url]
    public string? PasswordUrl { get; set; }
}
