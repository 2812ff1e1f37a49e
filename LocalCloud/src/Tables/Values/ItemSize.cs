namespace LocalCloud.Tables.Values;

/// <summary>Sizes of an item in bytes.</summary>
/// <param name="Item">The size of names and values, which counts towards the limit of 400 KB and capacity units
/// (Developer Guide, "DynamoDB item sizes and formats").</param>
/// <param name="Page">The size that counts towards a page of 1 MB, with internal overhead. AWS does not publish the
/// formula; dynalite measured this one on AWS.</param>
internal readonly record struct ItemSize(int Item, int Page)
{
    public const int MaxItem = 400 * 1024;
    public const int MaxPage = 1024 * 1024;

    /// <summary>Measures an item.</summary>
    /// <param name="item">The encoded item.</param>
    /// <param name="rangeKey">The name of the table's sort key; empty if it has none.</param>
    public static ItemSize Measure(ReadOnlySpan<byte> item, ReadOnlySpan<byte> rangeKey)
    {
        var (size, compressed, rangeKeySize) = (0, 0, 0);
        for (var entries = new MapReader(item); entries.MoveNext(); )
        {
            var value = Measure(entries.Value, out var stored);
            size += entries.Name.Length + value;
            if (!rangeKey.IsEmpty && entries.Name.SequenceEqual(rangeKey))
                rangeKeySize = value;
            else
                compressed += stored + 1;
        }
        return new(size, 2 + compressed + (1 + (1 + compressed) / 3072) * (18 + rangeKeySize));
    }

    private static int Measure(ReadOnlySpan<byte> value, out int stored)
    {
        var content = ValueEncoding.Content(value);
        switch ((AttributeType)value[0])
        {
            case AttributeType.S:
                stored =
                    content.Length
                    + (
                        content.Length < 128 ? 1
                        : content.Length < 16384 ? 2
                        : 3
                    );
                return content.Length;
            case AttributeType.B:
                stored = content.Length + 1;
                return content.Length;
            case AttributeType.N:
                var number = MeasureNumber(content);
                stored = number + 1;
                return number;
            case AttributeType.NULL:
                stored = 0;
                return 1;
            case AttributeType.BOOL:
                stored = 1;
                return 1;
            case AttributeType.L:
                return MeasureList(content, out stored);
            case AttributeType.M:
                return MeasureMap(content, out stored);
            default:
                return MeasureSet(content, (AttributeType)value[0], out stored);
        }
    }

    private static int MeasureSet(ReadOnlySpan<byte> content, AttributeType type, out int stored)
    {
        var (size, count) = (0, 0);
        for (var elements = new SetReader(content); elements.MoveNext(); count++)
            size += type is AttributeType.NS ? MeasureNumber(elements.Element) : elements.Element.Length;
        stored = size + count + 1;
        return size;
    }

    private static int MeasureList(ReadOnlySpan<byte> content, out int stored)
    {
        var size = 3;
        stored = 3;
        for (var values = new ListReader(content); values.MoveNext(); )
        {
            size += 1 + Measure(values.Value, out var value);
            stored += 1 + value;
        }
        return size;
    }

    private static int MeasureMap(ReadOnlySpan<byte> content, out int stored)
    {
        var size = 3;
        stored = 3;
        for (var entries = new MapReader(content); entries.MoveNext(); )
        {
            size += 1 + entries.Name.Length + Measure(entries.Value, out var value);
            stored += 2 + value;
        }
        return size;
    }

    // One byte for the exponent, one for each two digits, and one more for a negative number.
    private static int MeasureNumber(ReadOnlySpan<byte> canonical)
    {
        Span<byte> digits = stackalloc byte[38];
        var count = NumberText.Digits(canonical, digits, out var exponent);
        if (count == 0)
            return 1;
        return 1 + (count + 1) / 2 + (count % 2 != 0 || exponent % 2 != 0 ? 0 : 1) + (canonical[0] == '-' ? 1 : 0);
    }
}
