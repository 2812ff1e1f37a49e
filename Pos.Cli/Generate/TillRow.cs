using System.Globalization;

namespace Pos.Cli.Generate;

/// <summary>One row of a till's export, in the columns of the public Online Retail data set.</summary>
internal readonly record struct TillRow(
    string Invoice, string StockCode, string? Description, int Quantity, DateTime Date, decimal UnitPrice, int? Customer, string Country)
{
    public const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

    /// <summary>Writes the row as that data set has it: customers are floats there (<c>17850.0</c>).</summary>
    public void WriteTo(TextWriter output)
    {
        output.Write(Invoice);
        output.Write(',');
        WriteText(output, StockCode);
        output.Write(',');
        WriteText(output, Description);
        output.Write(string.Create(CultureInfo.InvariantCulture, $",{Quantity},{Date:yyyy-MM-dd HH:mm:ss},{UnitPrice:0.0###},"));
        if (Customer is { } customer)
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{customer}.0"));
        output.Write(',');
        WriteText(output, Country);
        output.Write('\n');
    }

    // RFC 4180: a field with a comma, a quote or a line end stands in quotes, its quotes doubled.
    private static void WriteText(TextWriter output, string? text)
    {
        if (text is null)
            return;
        if (text.AsSpan().ContainsAny(',', '"', '\n'))
            output.Write($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        else
            output.Write(text);
    }
}
