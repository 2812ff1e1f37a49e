using System.IO.Compression;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Pos.Storage.LookupTable;

namespace Pos.Tests.Processor;

/// <summary>
/// The newest version, by position, of each purchase line in each store, as <c>id/line=quantity</c>, ordered as text.
/// </summary>
internal sealed record StoredLines(string[] Lake, string[] Lookup, string[] Warehouse)
{
    public static StoredLines From(
        IEnumerable<JsonElement> lake,
        IEnumerable<Dictionary<string, AttributeValue>> items,
        FakeFirehose firehose
    ) =>
        new(
            Sorted(
                lake.SelectMany(
                        post => post.GetProperty("lines").EnumerateArray(),
                        (post, line) => (Post: post, Line: line)
                    )
                    .GroupBy(entry =>
                        (
                            Id: entry.Post.GetProperty("purchase_id").GetString(),
                            Line: entry.Line.GetProperty("line").GetInt32()
                        )
                    )
                    .Select(versions =>
                        versions.MaxBy(
                            version => version.Post.GetProperty("position").GetString(),
                            StringComparer.Ordinal
                        )
                    )
                    .Select(entry =>
                        $"{entry.Post.GetProperty("purchase_id")}/{entry.Line.GetProperty("line")}="
                        + entry.Line.GetProperty("quantity")
                    )
            ),
            Sorted(
                items.SelectMany(
                    item => item.Where(attribute => LookupTableSchema.TryGetLine(attribute.Key, out _)),
                    (item, attribute) =>
                    {
                        LookupTableSchema.TryGetLine(attribute.Key, out var number);
                        var quantity = LookupLine.Parse(number, attribute.Value.S).Line.Quantity;
                        return $"{item[LookupTableSchema.PurchaseId].S}/{number}={quantity}";
                    }
                )
            ),
            Sorted(
                firehose
                    .Merged()
                    .Select(row => $"{row.Key.PurchaseId}/{row.Key.Line}={row.Value.GetProperty("quantity")}")
            )
        );

    /// <summary>Returns the lines of a lake object.</summary>
    public static IEnumerable<JsonElement> ReadObject(Stream gzipped)
    {
        using var text = new StreamReader(new GZipStream(gzipped, CompressionMode.Decompress));
        while (text.ReadLine() is { } line)
            yield return JsonElement.Parse(line);
    }

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
