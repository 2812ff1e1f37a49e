using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Contracts;

namespace Pos.Storage.LookupTable;

/// <summary>
/// Defines the lookup table: one item per purchase, with header attributes and one string attribute per line
/// (<c>line_0001</c> …, see <see cref="LookupLine"/>).
/// </summary>
public static class LookupTableSchema
{
    /// <summary>Partition key.</summary>
    public const string PurchaseId = "purchase_id";

    /// <summary>Absent when the purchase has no customer.</summary>
    public const string CustomerId = "customer_id";

    /// <summary>Absent when the purchase names no store.</summary>
    public const string StoreId = "store_id";

    /// <summary>When the purchase was made, UTC, ISO 8601.</summary>
    public const string PurchasedAt = "purchased_at";

    /// <summary>Absent when the purchase names no country.</summary>
    public const string Country = "country";

    /// <summary>ISO 4217 code.</summary>
    public const string Currency = "currency";

    /// <summary>When ingest accepted the header's version, UTC, ISO 8601.</summary>
    public const string IngestedAt = "ingested_at";

    /// <summary>
    /// Greatest <see cref="Contracts.Position"/> of the versions in this item, which is the header's.
    /// </summary>
    public const string Position = "position";

    /// <summary>
    /// Number, incremented with every write. Writers that read the item first make their write conditional on it.
    /// </summary>
    public const string Revision = "revision";

    /// <summary>
    /// Sort key of the customer index: see <see cref="SortKey"/>. Present only with <see cref="CustomerId"/>, which
    /// keeps the index sparse.
    /// </summary>
    public const string PurchasedAtPurchaseId = "purchased_at_purchase_id";

    /// <summary>Prefix of the names of line attributes.</summary>
    public const string LinePrefix = "line_";

    /// <summary>DynamoDB's limit: names and values of an item have at most 400 KB.</summary>
    public const int MaxItemBytes = 400 * 1024;

    private const int LineDigits = 4;

    // A fixed number of digits makes text order equal time order.
    private const string SortableTime = "yyyy-MM-dd'T'HH:mm:ss.fffffffK";

    /// <summary>Returns the name of a line's attribute.</summary>
    /// <param name="line">1–100,000.</param>
    public static string LineAttribute(int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{LinePrefix}{line:D4}"); // LineDigits

    /// <summary>Parses the name of an attribute. Returns false if it is not a line's.</summary>
    public static bool TryGetLine(string attribute, out int line)
    {
        line = 0;
        var digits = attribute.Length - LinePrefix.Length;
        return digits >= LineDigits
            && attribute.StartsWith(LinePrefix, StringComparison.Ordinal)
            // Only names that LineAttribute returns, so that a line has one attribute.
            && (digits == LineDigits || attribute[LinePrefix.Length] != '0')
            && int.TryParse(
                attribute.AsSpan(LinePrefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out line
            );
    }

    /// <summary>Returns the sort key, which orders a customer's purchases by time, then by id.</summary>
    public static string SortKey(DateTimeOffset purchasedAt, string purchaseId) =>
        purchasedAt.UtcDateTime.ToString(SortableTime, CultureInfo.InvariantCulture) + "#" + purchaseId;

    /// <summary>Returns the key of a purchase's item.</summary>
    public static Dictionary<string, AttributeValue> Key(string purchaseId) => new() { [PurchaseId] = new(purchaseId) };

    /// <summary>Returns the request that creates the table with its sparse, keys-only index by customer.</summary>
    public static CreateTableRequest CreateTable(PosResources resources) =>
        new()
        {
            TableName = resources.LookupTable,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = [new(PurchaseId, KeyType.HASH)],
            AttributeDefinitions =
            [
                new(PurchaseId, ScalarAttributeType.S),
                new(CustomerId, ScalarAttributeType.S),
                new(PurchasedAtPurchaseId, ScalarAttributeType.S),
            ],
            GlobalSecondaryIndexes =
            [
                new()
                {
                    IndexName = resources.CustomerIndex,
                    KeySchema = [new(CustomerId, KeyType.HASH), new(PurchasedAtPurchaseId, KeyType.RANGE)],
                    Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY },
                },
            ],
        };
}
