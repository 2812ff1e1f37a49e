using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Lookup.Sales;

/// <summary>Query parameters that select sales, common to all sales endpoints.</summary>
internal sealed record SalesSelection
{
    [
        FromQuery(Name = "from"),
        Description(
            "Start, inclusive: a day (2025-01-31) or a full hour (2025-01-31T14:00Z); UTC unless it has an offset"
        )
    ]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("End, exclusive, in the same format as from")]
    public string? To { get; init; }

    [FromQuery(Name = "country"), Description("country of the purchase version with the line")]
    public string? Country { get; init; }

    [FromQuery(Name = "store"), Description("store_id of the purchase version with the line")]
    public string? Store { get; init; }

    [
        FromQuery(Name = "currency"),
        Description("ISO 4217 code; default GBP. Amounts in different currencies are never added")
    ]
    public string? Currency { get; init; }
}
