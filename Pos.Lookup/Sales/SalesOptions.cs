using System.ComponentModel.DataAnnotations;

namespace Pos.Lookup.Sales;

internal sealed class SalesOptions
{
    public const string Section = "Lookup:Sales";

    /// <summary>
    /// Longest wait for an answer of the warehouse; then 503. The role's own <c>statement_timeout</c> ends what goes on
    /// there.
    /// </summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 10;

    /// <summary>Longest wait for a connection.</summary>
    [Range(1, 60)]
    public int ConnectTimeoutSeconds { get; set; } = 3;

    /// <summary>
    /// Where <see cref="WarehousePassword"/> asks for the password; null when it is in the connection string.
    /// </summary>
    [Url]
    public string? PasswordUrl { get; set; }
}
