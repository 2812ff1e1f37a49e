namespace Pos.Import.Csv;

/// <summary>Where each field stands in a file's rows, found by the header's names.</summary>
internal sealed class CsvColumns
{
    private const int ShownNames = 64;
    private const int ShownCharacters = 64;

    private static readonly (string Field, bool Needed, string[] Names)[] s_fields =
    [
        (
            "purchase_id",
            true,
            ["InvoiceNo", "Invoice", "Invoice_ID", "Purchase_ID", "Receipt", "Receipt_No", "Receipt_ID"]
        ),
        ("product_id", true, ["StockCode", "Product_ID", "SKU"]),
        ("quantity", true, ["Quantity", "Qty"]),
        ("unit_price", true, ["UnitPrice", "Price"]),
        ("purchased_at", true, ["InvoiceDate", "Purchased_At", "Date"]),
        ("customer_id", false, ["Customer_ID", "Customer"]),
        ("description", false, ["Description"]),
        ("country", false, ["Country"]),
        ("store_id", false, ["Store_ID", "Store"]),
        ("currency", false, ["Currency"]),
        ("line", false, ["Line", "Line_No"]),
    ];

    private readonly int[] _ordinals = new int[s_fields.Length];

    /// <exception cref="CsvFormatException">A needed column is missing (<see cref="CsvColumnMissingException"/>), or a
    /// column is there twice.</exception>
    public CsvColumns(string file, long row, IReadOnlyList<string> header)
    {
        Count = header.Count;
        Array.Fill(_ordinals, -1);
        for (var ordinal = 0; ordinal < header.Count; ordinal++)
        {
            var name = Plain(header[ordinal]);
            var field = Array.FindIndex(s_fields, field => Array.Exists(field.Names, alias => Plain(alias) == name));
            if (field < 0)
                continue;
            if (_ordinals[field] >= 0)
                throw new CsvFormatException(
                    file,
                    row,
                    $"the columns '{header[_ordinals[field]]}' and '{header[ordinal]}' are both {s_fields[field].Field}"
                );
            _ordinals[field] = ordinal;
        }

        for (var field = 0; field < s_fields.Length; field++)
        {
            if (s_fields[field].Needed && _ordinals[field] < 0)
            {
                throw new CsvColumnMissingException(
                    file,
                    row,
                    s_fields[field].Field,
                    s_fields[field].Names,
                    [
                        .. header
                            .Take(ShownNames)
                            .Select(static name => name.Length <= ShownCharacters ? name : name[..ShownCharacters]),
                    ]
                );
            }
        }
    }

    /// <summary>The field that a column is taken for; null for one that is passed over.</summary>
    public string? FieldOf(int ordinal) =>
        Array.IndexOf(_ordinals, ordinal) is >= 0 and var field ? s_fields[field].Field : null;

    /// <summary>Fields that a row must have.</summary>
    public int Count { get; }

    public int PurchaseId => _ordinals[0];
    public int ProductId => _ordinals[1];
    public int Quantity => _ordinals[2];
    public int UnitPrice => _ordinals[3];
    public int PurchasedAt => _ordinals[4];

    // From here on -1 where the file has no such column.
    public int CustomerId => _ordinals[5];
    public int Description => _ordinals[6];
    public int Country => _ordinals[7];
    public int StoreId => _ordinals[8];
    public int Currency => _ordinals[9];
    public int Line => _ordinals[10];

    private static string Plain(string name) =>
        name.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
