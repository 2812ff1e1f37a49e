using System.Text.Json;
using Pos.Contracts.Rules;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Contracts.Json;

/// <summary>Reads the lines of a purchase.</summary>
internal ref partial struct PurchaseParser
{
    private static readonly string[] s_lineFields =
    [
        "line",
        "product_id",
        "description",
        "quantity",
        "unit_price",
        "purchased_at",
    ];
    private const int NoLine = -1;

    private void ReadLines()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            ReportUnusable("lines", "an array of objects", required: true);
            return;
        }

        _lines = [];
        var count = 0;
        for (; _json.Read() && _json.TokenType != JsonTokenType.EndArray; count++)
        {
            _lineIndex = count;
            if (count >= PurchaseLimits.MaxLines)
                _json.Skip();
            else if (_json.TokenType == JsonTokenType.StartObject)
                ReadLine();
            else
                ReportUnusable("", "a JSON object", required: false);
        }

        _lineIndex = NoLine;
        if (count == 0)
            Report("lines", Empty, "is empty; at least one line is needed");
        else if (count > PurchaseLimits.MaxLines)
            Report(
                "lines",
                TooLong,
                $"has {count} lines; at most {PurchaseLimits.MaxLines} are allowed: send them in several posts"
            );
    }

    private void ReadLine()
    {
        int? line = null;
        string? productId = null,
            description = null;
        int? quantity = null;
        decimal? unitPrice = null;
        DateTimeOffset? purchasedAt = null;
        var seen = 0;
        var expected = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldAt(s_lineFields, ref expected, ref seen);
            _json.Read();
            switch (field)
            {
                case 0:
                    // Null means the same as a missing field: the line gets its index, from 1.
                    line =
                        _json.TokenType == JsonTokenType.Null ? _lineIndex + 1 : Whole("line", FieldRules.LineNumber);
                    break;
                case 1:
                    productId = RequiredText("product_id", repeats: true);
                    Check("product_id", productId is null ? null : FieldRules.ProductId(productId));
                    break;
                case 2:
                    description = Text("description");
                    Check("description", description is null ? null : FieldRules.Description(description));
                    break;
                case 3:
                    quantity = Whole("quantity", FieldRules.Quantity);
                    break;
                case 4:
                    unitPrice = Price("unit_price");
                    break;
                case 5:
                    purchasedAt = Time("purchased_at", required: false);
                    if (purchasedAt is { } time)
                        (_timedLines ??= []).Add((_lineIndex, time));
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        ReportMissing(s_lineFields, seen, 0b1_1010);
        if ((seen & 1) == 0)
            line = _lineIndex + 1;
        if (line is not { } number)
            return;
        if (!_lineNumbers.Add(number))
            Check("line", FieldRules.DuplicateLine(number));
        if (_errors is not null)
            return;
        _lines!.Add(
            new PurchaseLine
            {
                Line = number,
                ProductId = productId!,
                Description = description,
                Quantity = quantity!.Value,
                UnitPrice = unitPrice!.Value,
                PurchasedAt = purchasedAt,
            }
        );
    }
}
