using Pos.Contracts;
using Pos.Contracts.Rules;
using Sylvan.Data.Csv;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Import.Csv;

/// <summary>
/// One row's fields, held against the rules. Spaces around a field do not count, except in a description; a field
/// without text is null. The instance is used again for the next row.
/// </summary>
internal sealed class CsvRow(CsvColumns columns, PurchaseRules rules)
{
    private readonly CsvDates _dates = new();
    private List<PurchaseError>? _errors;

    /// <summary>What the row gave, also when it is not valid; null when the row is too short for it.</summary>
    public string? PurchaseId { get; private set; }
    public string? CustomerId { get; private set; }
    public string? StoreId { get; private set; }
    public string? Country { get; private set; }
    public string Currency { get; private set; } = "";
    public DateTimeOffset PurchasedAt { get; private set; }

    /// <summary>Null where the file, or the row, gives none.</summary>
    public int? Line { get; private set; }
    public string ProductId { get; private set; } = "";
    public string? Description { get; private set; }
    public int Quantity { get; private set; }
    public decimal UnitPrice { get; private set; }

    /// <summary>Null when the row is valid.</summary>
    public IReadOnlyList<PurchaseError>? Errors => _errors;

    public void Read(CsvDataReader row, bool hasStrayQuotes)
    {
        _errors = null;
        PurchaseId = columns.PurchaseId < row.RowFieldCount ? Text(row, columns.PurchaseId) : null;
        if (hasStrayQuotes)
        {
            Check("", new FieldFault(InvalidFormat, "has a quoted field that goes on after its closing quote"));
            return;
        }
        if (row.RowFieldCount != columns.Count)
        {
            Check(
                "",
                new FieldFault(InvalidFormat, $"has {row.RowFieldCount} fields where the header has {columns.Count}")
            );
            return;
        }

        Check("purchase_id", FieldRules.PurchaseId(PurchaseId!));
        ReadPurchasedAt(Field(row, columns.PurchasedAt));
        ReadProduct(row);
        ReadNumbers(row);

        CustomerId = WithoutDecimals(TextOrNull(row, columns.CustomerId));
        if (CustomerId is not null)
            Check("customer_id", FieldRules.CustomerId(CustomerId));
        Country = TextOrNull(row, columns.Country);
        if (Country is not null)
            Check("country", FieldRules.Label(Country));
        StoreId = TextOrNull(row, columns.StoreId);
        if (StoreId is not null)
            Check("store_id", FieldRules.Label(StoreId));
        Currency = TextOrNull(row, columns.Currency) ?? rules.DefaultCurrency;
        Check("currency", FieldRules.Currency(Currency));
    }

    private void ReadPurchasedAt(ReadOnlySpan<char> text)
    {
        if (IsMissing("purchased_at", text))
            return;
        var fault = _dates.Read(text, out var purchasedAt);
        PurchasedAt = purchasedAt;
        Check("purchased_at", fault ?? FieldRules.PurchasedWithin(purchasedAt, rules.Now));
    }

    private void ReadProduct(CsvDataReader row)
    {
        ProductId = Text(row, columns.ProductId);
        Check("product_id", FieldRules.ProductId(ProductId));

        var description = columns.Description < 0 ? [] : row.GetFieldSpan(columns.Description);
        Description = description.IsEmpty ? null : StringPool.GetOrAdd(description);
        if (Description is not null)
            Check("description", FieldRules.Description(Description));
    }

    private void ReadNumbers(CsvDataReader row)
    {
        var quantity = Field(row, columns.Quantity);
        if (!IsMissing("quantity", quantity))
        {
            Check("quantity", FieldRules.Quantity(quantity, out var value));
            Quantity = value;
        }

        var unitPrice = Field(row, columns.UnitPrice);
        if (!IsMissing("unit_price", unitPrice))
        {
            Check("unit_price", FieldRules.UnitPrice(unitPrice, out var value));
            UnitPrice = value;
        }

        Line = null;
        if (columns.Line >= 0 && Field(row, columns.Line) is { IsEmpty: false } line)
        {
            Check("line", FieldRules.LineNumber(line, out var value));
            Line = value;
        }
    }

    /// <summary>What pandas makes of a whole number in a column with gaps: <c>17850.0</c>.</summary>
    private static string? WithoutDecimals(string? customer)
    {
        if (customer is null)
            return null;
        var whole = customer.AsSpan().TrimEnd('0');
        return
            whole.Length > 1
            && whole.Length < customer.Length
            && whole[^1] == '.'
            && !whole[..^1].ContainsAnyExceptInRange('0', '9')
            ? StringPool.GetOrAdd(whole[..^1])
            : customer;
    }

    private static ReadOnlySpan<char> Field(CsvDataReader row, int ordinal) => row.GetFieldSpan(ordinal).Trim();

    private static string Text(CsvDataReader row, int ordinal) => StringPool.GetOrAdd(Field(row, ordinal));

    private static string? TextOrNull(CsvDataReader row, int ordinal) =>
        ordinal < 0 || Field(row, ordinal) is not { IsEmpty: false } text ? null : StringPool.GetOrAdd(text);

    private bool IsMissing(string field, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            Check(field, new FieldFault(Empty, "is empty"));
        return text.IsEmpty;
    }

    private void Check(string field, FieldFault? fault)
    {
        if (fault is { } found)
            (_errors ??= []).Add(found.At(field));
    }
}
