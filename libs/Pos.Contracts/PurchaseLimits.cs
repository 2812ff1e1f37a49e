namespace Pos.Contracts;

/// <summary>
/// The limits of the contract. Characters are Unicode scalar values, as Postgres' <c>varchar(n)</c> and JSON Schema's
/// <c>maxLength</c> count them: a letter outside the basic plane is one character.
/// </summary>
public static class PurchaseLimits
{
    /// <summary>Characters of purchase_id, customer_id, store_id, country and product_id.</summary>
    public const int MaxNameCharacters = 64;

    /// <summary>Characters of a description.</summary>
    public const int MaxDescriptionCharacters = 500;

    /// <summary>Lines of a purchase in one post.</summary>
    public const int MaxLines = 2_000;

    /// <summary>Greatest line number.</summary>
    public const int MaxLineNumber = 100_000;

    /// <summary>Greatest absolute quantity.</summary>
    public const int MaxQuantity = 1_000_000;

    /// <summary>Greatest absolute unit price.</summary>
    public const int MaxUnitPrice = 100_000_000;

    /// <summary>Decimal places of a unit price.</summary>
    public const int MaxUnitPricePlaces = 4;

    /// <summary>Bytes of a purchase's JSON in one post: 256 KiB.</summary>
    public const int MaxPostedBytes = 256 * 1024;

    /// <summary>
    /// Bytes of a line of a stream record: a post of <see cref="MaxPostedBytes"/> plus the fields that ingest adds:
    /// less than 64 bytes for each line (line number, null description) and 400 for the header.
    /// </summary>
    public const int MaxAcceptedBytes = MaxPostedBytes + 64 * MaxLines + 400;

    /// <summary>Purchases in one request.</summary>
    public const int MaxRequestPurchases = 500;

    /// <summary>Bytes of a request's body, decompressed: 4 MiB.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    /// <summary>Errors reported for one purchase. Further errors are dropped.</summary>
    public const int MaxErrors = 100;

    /// <summary>Earliest purchased_at.</summary>
    public static readonly DateTimeOffset EarliestPurchase = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Maximum time from acceptance to purchased_at: clocks of tills are not exact.</summary>
    public static readonly TimeSpan MaxClockLead = TimeSpan.FromDays(1);
}
