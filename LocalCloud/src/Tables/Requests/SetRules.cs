using System.Text;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>Checks that a set has at least one element and no duplicates.</summary>
internal static class SetRules
{
    private const int MaxPairwise = 16;
    private const string Invalid = "One or more parameter values were invalid: ";

    /// <summary>Checks the content of a set.</summary>
    /// <returns>The error message, or null if the set is valid.</returns>
    public static string? Check(AttributeType type, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return type switch
            {
                AttributeType.SS => Invalid + "An string set  may not be empty",
                AttributeType.NS => Invalid + "An number set  may not be empty",
                _ => Invalid + "Binary sets should not be empty",
            };
        if (!HasDuplicate(content))
            return null;
        return type switch
        {
            AttributeType.SS => $"{Invalid}Input collection {Describe(type, content)} contains duplicates.",
            AttributeType.NS => "Input collection contains duplicates",
            _ => $"{Invalid}Input collection {Describe(type, content)}of type BS contains duplicates.",
        };
    }

    private static bool HasDuplicate(ReadOnlySpan<byte> content)
    {
        if (ValueComparison.CountSet(content) > MaxPairwise)
            return HasDuplicateAmongMany(content);
        var start = 0;
        for (var elements = new SetReader(content); elements.MoveNext(); )
        {
            start +=
                elements.Element.Length + (elements.Element.Length < 0x80 ? 1 : LengthBytes(elements.Element.Length));
            if (ValueComparison.SetContains(content[start..], elements.Element))
                return true;
        }
        return false;
    }

    private static bool HasDuplicateAmongMany(ReadOnlySpan<byte> content)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var elements = new SetReader(content); elements.MoveNext(); )
        {
            if (!seen.Add(Convert.ToBase64String(elements.Element)))
                return true;
        }
        return false;
    }

    private static int LengthBytes(int length)
    {
        Span<byte> bytes = stackalloc byte[5];
        return ValueEncoding.WriteLength(bytes, length);
    }

    private static string Describe(AttributeType type, ReadOnlySpan<byte> content)
    {
        var texts = new List<string>();
        for (var elements = new SetReader(content); elements.MoveNext(); )
            texts.Add(
                type is AttributeType.BS
                    ? Convert.ToBase64String(elements.Element)
                    : Encoding.UTF8.GetString(elements.Element)
            );
        return $"[{string.Join(", ", texts)}]";
    }
}
