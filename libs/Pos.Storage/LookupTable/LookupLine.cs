using System.Globalization;
using System.Text;
using System.Text.Json;
using Pos.Contracts;

namespace Pos.Storage.LookupTable;

/// <summary>
/// The value of a line's attribute in the lookup table: compact JSON of the line's fields, without its number, and the
/// position of the post it comes from. A string and not a map: DynamoDB never looks inside, and a local table takes 1.5
/// to 2 times as many lines a second.
/// </summary>
/// <param name="Line">The line.</param>
/// <param name="Position">Position of the post that the line comes from, as <see cref="LinePosition"/>.</param>
public sealed record LookupLine(PurchaseLine Line, string Position)
{
    private const string IsoTime = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    [ThreadStatic]
    private static StringBuilder? t_json;

    /// <summary>A time as the table's text attributes hold it: ISO 8601, UTC.</summary>
    public static string TimeText(DateTimeOffset time) =>
        time.UtcDateTime.ToString(IsoTime, CultureInfo.InvariantCulture);

    /// <summary>The attribute's value.</summary>
    public string ToAttributeText()
    {
        var json = (t_json ??= new StringBuilder(256)).Clear();
        json.Append("{\"product_id\":");
        AppendText(json, Line.ProductId);
        if (Line.Description is not null)
        {
            json.Append(",\"description\":");
            AppendText(json, Line.Description);
        }
        json.Append(CultureInfo.InvariantCulture, $",\"quantity\":{Line.Quantity},\"unit_price\":{Line.UnitPrice}");
        if (Line.PurchasedAt is { } purchasedAt)
            json.Append(",\"purchased_at\":\"").Append(TimeText(purchasedAt)).Append('"');
        return json.Append(",\"position\":\"").Append(Position).Append("\"}").ToString();
    }

    // No more escapes than JSON needs: JavaScriptEncoder has twelve bytes for a character of four, and an item is
    // bounded.
    private static void AppendText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                json.Append('\\').Append(c);
            else if (c < ' ')
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                json.Append(c);
        }
        json.Append('"');
    }

    /// <summary>Reads an attribute's value.</summary>
    /// <param name="number">The line's number, from the attribute's name.</param>
    /// <param name="text">The attribute's value.</param>
    /// <exception cref="JsonException">The text is not what <see cref="ToAttributeText"/> writes.</exception>
    public static LookupLine Parse(int number, string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        try
        {
            var line = new PurchaseLine
            {
                Line = number,
                ProductId = root.GetProperty("product_id"u8).GetString()!,
                Description = root.TryGetProperty("description"u8, out var description)
                    ? description.GetString()
                    : null,
                Quantity = root.GetProperty("quantity"u8).GetInt32(),
                UnitPrice = root.GetProperty("unit_price"u8).GetDecimal(),
                PurchasedAt = root.TryGetProperty("purchased_at"u8, out var purchasedAt)
                    ? purchasedAt.GetDateTimeOffset()
                    : null,
            };
            return new(line, root.GetProperty("position"u8).GetString()!);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new JsonException($"Line {number} of the item is not a stored line.", e);
        }
    }
}
