namespace Pos.Contracts;

/// <summary>The bounds of the contract. Characters are Unicode scalar values: what Postgres' <c>varchar(n)</c> and JSON
/// Schema's <c>maxLength</c> count, so a letter outside the basic plane is one.</summary>
public static class PurchaseLimits
{
    /// <summary>Characters of purchase_id, customer_id, store_id, country and product_id.</summary>
    public const int NameCharacters = 64;

    /// <summary>Characters of a description.</summary>
    public const int DescriptionCharacters = 500;

    /// <summary>Lines of one post of a purchase.</summary>
    public const int Lines = 2_000;

    /// <summary>Greatest line number.</summary>
    public const int LineNumber = 100_000;

    /// <summary>Greatest quantity, either way.</summary>
    public const int Quantity = 1_000_000;

    /// <summary>Greatest unit price, either way.</summary>
    public const int UnitPrice = 100_000_000;

    /// <summary>Decimal places of a unit price.</summary>
    public const int UnitPricePlaces = 4;

    /// <summary>Bytes of JSON of one post of a purchase: 256 KiB.</summary>
    public const int PostedBytes = 256 * 1024;

    /// <summary>Bytes of the longest line of a stream record: a post of <see cref="PostedBytes"/> and what accepting it
    /// adds, which is under 64 bytes a line (line number, null description) and under 400 besides.</summary>
    public const int AcceptedBytes = PostedBytes + 64 * Lines + 400;

    /// <summary>Posts of purchases in one request.</summary>
    public const int RequestPurchases = 500;

    /// <summary>Bytes of one request's body, decompressed: 4 MiB.</summary>
    public const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>Errors reported of one purchase; reading goes on without noting more.</summary>
    public const int Errors = 100;

    /// <summary>Earliest purchased_at.</summary>
    public static readonly DateTimeOffset EarliestPurchase = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far purchased_at may be ahead of the clock that accepts it: tills' clocks are not exact.</summary>
    public static readonly TimeSpan ClockLead = TimeSpan.FromDays(1);
}
