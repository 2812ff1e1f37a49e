using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Lookup.Sales;

/// <summary>Which sales: what every question takes.</summary>
internal sealed record SalesSelection
{
    [
        FromQuery(Name = "from"),
        Description(
            "First moment, included: a day (2025-01-31) or a full hour (2025-01-31T14:00Z); UTC unless it has an offset"
        )
    ]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("First moment that is not included, as from")]
    public string? To { get; init; }

    [FromQuery(Name = "country"), Description("Of the line's own post")]
    public string? Country { get; init; }

    [FromQuery(Name = "store"), Description("store_id, of the line's own post")]
    public string? Store { get; init; }

    [
        FromQuery(Name = "currency"),
        Description("ISO 4217 code; default GBP. Amounts of different currencies never add up")
    ]
    public string? Currency { get; init; }
}
