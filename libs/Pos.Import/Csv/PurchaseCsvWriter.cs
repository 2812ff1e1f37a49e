using System.Buffers;
using System.Globalization;
using Pos.Contracts;

namespace Pos.Import.Csv;

/// <summary>
/// Writes purchases as CSV with the columns of the public UCI file, one row a line, in the order of the lines. The file
/// tells neither store nor currency nor line number, and times to the second: a purchase whose lines are numbered from
/// 1 comes back as it was, as far as that goes.
/// </summary>
public sealed class PurchaseCsvWriter(TextWriter output)
{
    private const string Time = "yyyy-MM-dd HH:mm:ss";
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>Writes the header; once, before the purchases.</summary>
    public void WriteHeader() =>
        output.Write("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n");

    /// <summary>Writes a row for each line.</summary>
    public void Write(Purchase purchase)
    {
        foreach (var line in purchase.Lines)
        {
            Field(purchase.PurchaseId, ',');
            Field(line.ProductId, ',');
            Field(line.Description, ',');
            Value(line.Quantity, "", ',');
            Value((line.PurchasedAt ?? purchase.PurchasedAt).UtcDateTime, Time, ',');
            Value(line.UnitPrice, "", ',');
            Field(purchase.CustomerId, ',');
            Field(purchase.Country, '\n');
        }
    }

    private void Field(string? text, char end)
    {
        if (text.AsSpan().ContainsAny(s_quoted))
        {
            output.Write('"');
            output.Write(text!.Replace("\"", "\"\"", StringComparison.Ordinal));
            output.Write('"');
        }
        else
        {
            output.Write(text);
        }
        output.Write(end);
    }

    private void Value<T>(T value, string format, char end)
        where T : ISpanFormattable
    {
        Span<char> text = stackalloc char[64];
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        output.Write(text[..length]);
        output.Write(end);
    }
}
