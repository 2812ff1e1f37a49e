namespace Pos.Contracts;

/// <summary>
/// What a till sends at checkout, or a part of it: lines of one purchase merge by <see cref="PurchaseLine.Line"/>.
/// </summary>
public sealed record Purchase
{
    /// <summary>
    /// 1–64 of <c>A-Za-z0-9._-</c>. Cancellations (<c>C…</c>) and adjustments (<c>A…</c>) are ordinary purchases.
    /// </summary>
    public required string PurchaseId { get; init; }

    /// <summary>1–64 characters, or null: a quarter of real purchases have no customer.</summary>
    public string? CustomerId { get; init; }

    /// <summary>At most 64 characters, or null.</summary>
    public string? StoreId { get; init; }

    /// <summary>When the purchase was made, in UTC: 1990 to a day from now.</summary>
    public required DateTimeOffset PurchasedAt { get; init; }

    /// <summary>At most 64 characters, or null.</summary>
    public string? Country { get; init; }

    /// <summary>ISO 4217 code, three capital letters.</summary>
    public required string Currency { get; init; }

    /// <summary>1–2,000 lines, in the order they were sent, no line number twice.</summary>
    public required IReadOnlyList<PurchaseLine> Lines { get; init; }
}

/// <summary>
/// One row of a receipt. (<see cref="Purchase.PurchaseId"/>, <see cref="Line"/>) is its identity: content never is.
/// </summary>
public sealed record PurchaseLine
{
    /// <summary>1–100,000; where it was not sent, the line's place in the array, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>1–64 printable characters, inner spaces allowed (<c>BANK CHARGES</c>).</summary>
    public required string ProductId { get; init; }

    /// <summary>At most 500 characters kept as they came, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Not 0, at most 1,000,000 either way; negative is a return.</summary>
    public required int Quantity { get; init; }

    /// <summary>
    /// At most 4 decimal places and 100,000,000 either way; 0 and negative occur. No trailing zeros are kept.
    /// </summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>When this line was added, in UTC, where it differs from the purchase's.</summary>
    public DateTimeOffset? PurchasedAt { get; init; }
}

/// <summary>A purchase as the stream and the lake carry it: accepted, stamped, its lines numbered.</summary>
/// <param name="Purchase">The purchase, valid.</param>
/// <param name="IngestedAt">When ingest accepted it, in UTC.</param>
/// <param name="TraceParent">W3C trace context of the post, on a sample of purchases.</param>
/// <param name="Position">Where in the stream it stood (<see cref="Contracts.Position"/>): in the lake only.</param>
public sealed record AcceptedPurchase(
    Purchase Purchase,
    DateTimeOffset IngestedAt,
    string? TraceParent = null,
    string? Position = null
);

/// <summary>One reason why a purchase was refused.</summary>
/// <param name="Field">Path of the field, such as <c>purchase_id</c> or <c>lines[3].quantity</c>; empty for the
/// purchase as a whole.</param>
/// <param name="Code">One of <see cref="PurchaseErrorCodes"/>.</param>
/// <param name="Message">For people: what was found and what is allowed.</param>
public sealed record PurchaseError(string Field, string Code, string Message);

/// <summary>The closed list of codes a <see cref="PurchaseError"/> has.</summary>
public static class PurchaseErrorCodes
{
    /// <summary>The text is not one JSON value of the right shape.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>A needed field is missing or null.</summary>
    public const string Required = "required";

    /// <summary>The value has another JSON type than the field's.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>No such field in the contract.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>A field, or a line number, occurs twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Empty text where some is needed.</summary>
    public const string Empty = "empty";

    /// <summary>More characters, lines or bytes than allowed.</summary>
    public const string TooLong = "too_long";

    /// <summary>A character that the field does not allow.</summary>
    public const string InvalidCharacters = "invalid_characters";

    /// <summary>Not of the field's format (a time, a currency).</summary>
    public const string InvalidFormat = "invalid_format";

    /// <summary>A number or a time outside the allowed range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>More decimal places than allowed.</summary>
    public const string TooPrecise = "too_precise";

    /// <summary>The purchase is valid, but the stream did not acknowledge it in time: it is to be sent again.</summary>
    public const string Unavailable = "unavailable";
}
