namespace Pos.Contracts;

/// <summary>
/// A purchase as a till sends it at checkout, whole or in parts. Lines of the same purchase merge by
/// <see cref="PurchaseLine.Line"/>.
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

    /// <summary>1–2,000 lines in the order sent, each line number at most once.</summary>
    public required IReadOnlyList<PurchaseLine> Lines { get; init; }
}

/// <summary>
/// One row of a receipt, identified by <see cref="Purchase.PurchaseId"/> and <see cref="Line"/>, never by its content.
/// </summary>
public sealed record PurchaseLine
{
    /// <summary>1–100,000. If not sent, the line's index in the array, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>1–64 printable characters, inner spaces allowed (<c>BANK CHARGES</c>).</summary>
    public required string ProductId { get; init; }

    /// <summary>At most 500 characters, unchanged, or null.</summary>
    public string? Description { get; init; }

    /// <summary>-1,000,000 to 1,000,000 and not 0; negative for a return.</summary>
    public required int Quantity { get; init; }

    /// <summary>
    /// At most 4 decimal places, from -100,000,000 to 100,000,000, without trailing zeros.
    /// </summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>When this line was added, in UTC; null if at the purchase's time.</summary>
    public DateTimeOffset? PurchasedAt { get; init; }
}

/// <summary>A purchase as in stream and lake: accepted, with a time of acceptance and line numbers.</summary>
/// <param name="Purchase">The valid purchase.</param>
/// <param name="IngestedAt">When ingest accepted it, in UTC.</param>
/// <param name="TraceParent">W3C trace context of the request, for a sample of purchases.</param>
/// <param name="Position"><see cref="Contracts.Position"/> in the stream; only in the lake.</param>
public sealed record AcceptedPurchase(
    Purchase Purchase,
    DateTimeOffset IngestedAt,
    string? TraceParent = null,
    string? Position = null
);

/// <summary>One reason why a purchase was rejected.</summary>
/// <param name="Field">Path of the field, such as <c>purchase_id</c> or <c>lines[3].quantity</c>; empty for the
/// purchase as a whole.</param>
/// <param name="Code">One of <see cref="PurchaseErrorCodes"/>.</param>
/// <param name="Message">The value found and the values allowed, for people.</param>
public sealed record PurchaseError(string Field, string Code, string Message);

/// <summary>The closed list of the codes of a <see cref="PurchaseError"/>.</summary>
public static class PurchaseErrorCodes
{
    /// <summary>The text is not one JSON value of the right shape.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid_utf8";

    /// <summary>A required field is missing or null.</summary>
    public const string Required = "required";

    /// <summary>The value has the wrong JSON type.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>The contract has no such field.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>A field, or a line number, occurs twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The text is empty, but required.</summary>
    public const string Empty = "empty";

    /// <summary>The value has more characters, lines or bytes than allowed.</summary>
    public const string TooLong = "too_long";

    /// <summary>The value has a character that the field does not allow.</summary>
    public const string InvalidCharacters = "invalid_characters";

    /// <summary>The value does not have the field's format, such as a time or a currency.</summary>
    public const string InvalidFormat = "invalid_format";

    /// <summary>The number or time is outside the allowed range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>The number has more decimal places than allowed.</summary>
    public const string TooPrecise = "too_precise";

    /// <summary>The purchase is valid, but the stream did not acknowledge it in time. Send it again.</summary>
    public const string Unavailable = "unavailable";
}
