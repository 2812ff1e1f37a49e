using LocalCloud.Protocol;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Keys;

/// <summary>A condition of a query on one key attribute.</summary>
/// <param name="Attribute">The name of the attribute.</param>
/// <param name="Operator">The legacy name of the operator, such as EQ or BETWEEN.</param>
/// <param name="Values">One value, or two for BETWEEN.</param>
internal sealed record KeyCondition(string Attribute, string Operator, IReadOnlyList<AttributeValue> Values)
{
    /// <summary>True if the condition selects a range of keys.</summary>
    public bool IsIndexable => Operator is "EQ" or "LT" or "LE" or "GT" or "GE" or "BETWEEN" or "BEGINS_WITH";

    public bool Matches(AttributeValue value)
    {
        if (Operator is "BEGINS_WITH")
            return value.Type == Values[0].Type && value.Content.StartsWith(Values[0].Content);
        var order = ValueComparison.Compare(value, Values[0]);
        return Operator switch
        {
            "EQ" => order == 0,
            "LT" => order < 0,
            "LE" => order <= 0,
            "GT" => order > 0,
            "GE" => order >= 0,
            _ => order >= 0 && ValueComparison.Compare(value, Values[1]) <= 0,
        };
    }

    /// <summary>Returns the range of store keys that the condition selects in a partition.</summary>
    /// <param name="partition">The store key up to the sort key.</param>
    /// <param name="condition">The condition on the sort key; null for the whole partition.</param>
    public static (byte[] From, byte[] To) Range(ReadOnlySpan<byte> partition, KeyCondition? condition)
    {
        var (first, after) = (partition.ToArray(), KeyEncoding.EndOf(partition));
        if (condition is null)
            return (first, after);
        var at = Encode(partition, condition.Values[0], condition.Operator is "BEGINS_WITH");
        return condition.Operator switch
        {
            "LT" => (first, at),
            "LE" => (first, KeyEncoding.EndOf(at)),
            "GT" => (KeyEncoding.EndOf(at), after),
            "GE" => (at, after),
            "BETWEEN" => (at, KeyEncoding.EndOf(Encode(partition, condition.Values[1], isPrefix: false))),
            _ => (at, KeyEncoding.EndOf(at)),
        };
    }

    private static byte[] Encode(ReadOnlySpan<byte> partition, AttributeValue value, bool isPrefix)
    {
        using var buffer = new ValueBuffer(256);
        buffer.Append(partition);
        if (isPrefix)
            KeyEncoding.AppendSortablePrefix(buffer, value.Content);
        else
            KeyEncoding.AppendSortable(buffer, value);
        return buffer.Written.ToArray();
    }
}
