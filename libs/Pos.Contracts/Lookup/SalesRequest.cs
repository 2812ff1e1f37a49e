using System.Globalization;
using Pos.Contracts.Http;

namespace Pos.Contracts.Lookup;

/// <summary>Selects sales: the parameters that every sales request takes.</summary>
/// <param name="From">First moment: a full hour, UTC. Null for no bound.</param>
/// <param name="To">First moment after the span. Null for no bound.</param>
/// <param name="Country">Null for all.</param>
/// <param name="Store">Null for all.</param>
/// <param name="Currency">ISO 4217 code; null for the service's default.</param>
public sealed record SalesRequest(DateTime? From, DateTime? To, string? Country, string? Store, string? Currency)
{
    /// <summary>All sales in the default currency.</summary>
    public static SalesRequest All { get; } = new(null, null, null, null, null);

    /// <summary>Adds the parameters to a path.</summary>
    public QueryText Path(string path) =>
        new QueryText(path)
            .With("from", Text(From))
            .With("to", Text(To))
            .With("country", Country)
            .With("store", Store)
            .With("currency", Currency);

    private static string? Text(DateTime? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
}
