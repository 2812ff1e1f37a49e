using System.Globalization;
using Pos.Contracts;
using Pos.Import.Csv;

namespace Pos.Tests.EndToEnd;

/// <summary>A purchase line with its purchase's header, as expected in every store.</summary>
internal sealed record Line(
    string PurchaseId,
    int Number,
    string ProductId,
    string? Description,
    int Quantity,
    decimal UnitPrice,
    string? CustomerId,
    string? StoreId,
    string? Country,
    string Currency,
    DateTimeOffset PurchasedAt
)
{
    /// <summary>When ingest accepted the line's version. Not compared.</summary>
    public DateTimeOffset IngestedAt { get; init; }

    public (string, int) Identity => (PurchaseId, Number);

    public static IEnumerable<Line> From(Purchase purchase) =>
        purchase.Lines.Select(line => new Line(
            purchase.PurchaseId,
            line.Line,
            line.ProductId,
            line.Description,
            line.Quantity,
            line.UnitPrice,
            purchase.CustomerId,
            purchase.StoreId,
            purchase.Country,
            purchase.Currency,
            line.PurchasedAt ?? purchase.PurchasedAt
        ));

    /// <summary>Reads the lines of a CSV file without invalid rows.</summary>
    public static IReadOnlyList<Line> FromCsv(string path)
    {
        using var reader = PurchaseCsvReader.Open(path, new PurchaseRules(TimeProvider.System.GetUtcNow()));
        return [.. reader.Read().Cast<CsvPurchase>().SelectMany(post => From(post.Purchase))];
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{PurchaseId}|{Number}|{ProductId}|{Description}|{Quantity}|{UnitPrice:0.####}|"
                + $"{CustomerId}|{StoreId}|{Country}|{Currency}|{PurchasedAt.UtcDateTime:O}"
        );
}
