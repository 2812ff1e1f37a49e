using Pos.Contracts;
using Pos.Contracts.Json;
using Pos.Contracts.Rules;

namespace Pos.Import.Csv;

/// <summary>Rows that become one post: of one purchase, with one header, within the bounds of a post.</summary>
internal sealed class CsvPost
{
    // Names, punctuation and the longest numbers of a line's JSON; its own time; and of the header with time and
    // currency.
    private const int LineBytes = 112;
    private const int TimeBytes = 48;
    private const int HeaderBytes = 160;

    private readonly Purchase _header;
    private readonly List<PurchaseLine> _lines = [];
    private readonly List<long> _rows = [];
    private LineNumbers _numbers;
    private int _bytes;

    /// <param name="first">The post's first row.</param>
    /// <param name="purchasedAt">The purchase's time, from its first row in the file: all of its posts tell the
    /// same.</param>
    public CsvPost(CsvRow first, DateTimeOffset purchasedAt)
    {
        _header = new Purchase
        {
            PurchaseId = first.PurchaseId!,
            CustomerId = first.CustomerId,
            StoreId = first.StoreId,
            PurchasedAt = purchasedAt,
            Country = first.Country,
            Currency = first.Currency,
            Lines = [],
        };
        _bytes =
            HeaderBytes
            + JsonLine.LengthOf(_header.PurchaseId)
            + JsonLine.LengthOf(_header.CustomerId)
            + JsonLine.LengthOf(_header.StoreId)
            + JsonLine.LengthOf(_header.Country);
    }

    public bool HasSameHeader(CsvRow row) =>
        row.PurchaseId == _header.PurchaseId
        && row.CustomerId == _header.CustomerId
        && row.StoreId == _header.StoreId
        && row.Country == _header.Country
        && row.Currency == _header.Currency;

    public bool HasRoomFor(CsvRow row) =>
        _lines.Count < PurchaseLimits.MaxLines && _bytes + BytesOf(row) <= PurchaseLimits.MaxPostedBytes;

    /// <summary>False when the line number is in the post already.</summary>
    public bool TryAdd(CsvRow row, int line, long rowNumber)
    {
        if (!_numbers.Add(line))
            return false;
        _lines.Add(
            new PurchaseLine
            {
                Line = line,
                ProductId = row.ProductId,
                Description = row.Description,
                Quantity = row.Quantity,
                UnitPrice = row.UnitPrice,
                PurchasedAt = row.PurchasedAt == _header.PurchasedAt ? null : row.PurchasedAt,
            }
        );
        _rows.Add(rowNumber);
        _bytes += BytesOf(row);
        return true;
    }

    public CsvPurchase ToItem() => new(_header with { Lines = _lines }, _rows);

    private int BytesOf(CsvRow row) =>
        LineBytes
        + JsonLine.LengthOf(row.ProductId)
        + JsonLine.LengthOf(row.Description)
        + (row.PurchasedAt == _header.PurchasedAt ? 0 : TimeBytes);
}
