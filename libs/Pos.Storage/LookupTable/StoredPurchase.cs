using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Pos.Storage.LookupTable;

namespace Pos.Storage.LookupTable;

/// <summary>The state of an existing item, as far as an update needs it.</summary>
/// <param name="Position">The greatest position in the item; null when it does not exist.</param>
/// <param name="Revision">0 when it does not exist.</param>
/// <param name="LinePositions">Maps each stored line to the position of its version.</param>
/// <param name="LineBytes">Maps each stored line to its part of the item's size in bytes.</param>
internal sealed record StoredPurchase(
    string? Position,
    long Revision,
    IReadOnlyDictionary<int, string> LinePositions,
    IReadOnlyDictionary<int, int> LineBytes
)
{
    // More than a header with all fields at their maximum length (about 600 bytes).
    private const int MaxHeaderBytes = 2_048;

    public static StoredPurchase Parse(Dictionary<string, AttributeValue>? item)
    {
        if (item is not { Count: > 0 })
            return new(null, 0, new Dictionary<int, string>(), new Dictionary<int, int>());

        var positions = new Dictionary<int, string>();
        var bytes = new Dictionary<int, int>();
        foreach (var (name, value) in item)
            if (LookupTableSchema.TryGetLine(name, out var line))
            {
                positions.Add(line, LookupLine.Parse(line, value.S).Position);
                bytes.Add(line, Bytes(line, value.S));
            }
        return new(
            item[LookupTableSchema.Position].S,
            long.Parse(item[LookupTableSchema.Revision].N, CultureInfo.InvariantCulture),
            positions,
            bytes
        );
    }

    /// <summary>Returns the lines of the update that are newer than the stored ones.</summary>
    public IReadOnlyList<LookupLine> NewerLines(PurchaseUpdate update) =>
        [
            .. update.Lines.Values.Where(line =>
                !LinePositions.TryGetValue(line.Line.Line, out var stored)
                || string.CompareOrdinal(stored, line.Position) < 0
            ),
        ];

    /// <summary>True if the update's header is newer than the stored one.</summary>
    public bool HasOlderHeaderThan(PurchaseUpdate update) =>
        string.CompareOrdinal(Position, update.Newest.Position) < 0;

    /// <summary>True if the header or a line comes from one of the update's versions.</summary>
    public bool HasAnyOf(PurchaseUpdate update) =>
        update.Posts.Any(post => post.Position == Position)
        || update
            .Posts.Select(post => LinePosition.From(post.Position))
            .Intersect(LinePositions.Values, StringComparer.Ordinal)
            .Any();

    /// <summary>True if the item stays within DynamoDB's size limit with these lines.</summary>
    public bool HasCapacityFor(IReadOnlyList<LookupLine> lines)
    {
        // True even for an item that exceeds the estimate: nothing is added.
        if (lines is [])
            return true;
        var size = MaxHeaderBytes + LineBytes.Values.Sum();
        foreach (var line in lines)
            size += Bytes(line.Line.Line, line.ToAttributeText()) - LineBytes.GetValueOrDefault(line.Line.Line);
        return size <= LookupTableSchema.MaxItemBytes;
    }

    // DynamoDB: the size of a string attribute is the UTF-8 length of name and value.
    private static int Bytes(int line, string value) =>
        LookupTableSchema.LineAttribute(line).Length + Encoding.UTF8.GetByteCount(value);
}
