namespace LocalCloud.Tables.Values;

/// <summary>The data types of DynamoDB. The number is the first byte of a stored value.</summary>
internal enum AttributeType : byte
{
    S = 1,
    N = 2,
    B = 3,
    BOOL = 4,
    NULL = 5,
    SS = 6,
    NS = 7,
    BS = 8,
    L = 9,
    M = 10,
}

internal static class AttributeTypes
{
    private static readonly string[] s_names = ["", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];
    private static readonly byte[][] s_utf8 = [.. s_names.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static string Name(this AttributeType type) => s_names[(int)type];

    public static ReadOnlySpan<byte> Utf8(this AttributeType type) => s_utf8[(int)type];

    /// <summary>Returns null if there is no such type.</summary>
    public static AttributeType? Parse(ReadOnlySpan<byte> name)
    {
        for (var i = 1; i < s_utf8.Length; i++)
        {
            if (name.SequenceEqual(s_utf8[i]))
                return (AttributeType)i;
        }
        return null;
    }

    public static bool IsSet(this AttributeType type) =>
        type is AttributeType.SS or AttributeType.NS or AttributeType.BS;

    /// <summary>Returns true for the types that keys and comparisons can have.</summary>
    public static bool IsScalarKey(this AttributeType type) =>
        type is AttributeType.S or AttributeType.N or AttributeType.B;

    /// <summary>Returns the type of a set's elements.</summary>
    public static AttributeType Element(this AttributeType set) =>
        set switch
        {
            AttributeType.SS => AttributeType.S,
            AttributeType.NS => AttributeType.N,
            _ => AttributeType.B,
        };
}
