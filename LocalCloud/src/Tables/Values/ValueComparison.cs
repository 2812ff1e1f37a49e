namespace LocalCloud.Tables.Values;

/// <summary>Compares encoded values for equality and order.</summary>
internal static class ValueComparison
{
    /// <summary>Compares by type and content; the order of a set's elements does not matter.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a[0] != b[0])
            return false;
        if (a.SequenceEqual(b))
            return true;
        var type = (AttributeType)a[0];
        if (type.IsSet())
            return AreSetsEqual(ValueEncoding.Content(a), ValueEncoding.Content(b));
        return type switch
        {
            AttributeType.L => AreListsEqual(ValueEncoding.Content(a), ValueEncoding.Content(b)),
            AttributeType.M => AreMapsEqual(ValueEncoding.Content(a), ValueEncoding.Content(b)),
            _ => false,
        };
    }

    /// <summary>Compares two strings, numbers or binary values of the same type.</summary>
    public static int Compare(AttributeValue a, AttributeValue b) =>
        a.Type is AttributeType.N ? NumberText.Compare(a.Content, b.Content) : a.Content.SequenceCompareTo(b.Content);

    public static bool SetContains(ReadOnlySpan<byte> set, ReadOnlySpan<byte> element)
    {
        var elements = new SetReader(set);
        while (elements.MoveNext())
        {
            if (elements.Element.SequenceEqual(element))
                return true;
        }
        return false;
    }

    public static int CountSet(ReadOnlySpan<byte> set)
    {
        var count = 0;
        for (var elements = new SetReader(set); elements.MoveNext(); )
            count++;
        return count;
    }

    public static int CountList(ReadOnlySpan<byte> list)
    {
        var count = 0;
        for (var values = new ListReader(list); values.MoveNext(); )
            count++;
        return count;
    }

    private static bool AreSetsEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length || CountSet(a) != CountSet(b))
            return false;
        for (var elements = new SetReader(a); elements.MoveNext(); )
        {
            if (!SetContains(b, elements.Element))
                return false;
        }
        return true;
    }

    private static bool AreListsEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var valuesA = new ListReader(a);
        var valuesB = new ListReader(b);
        while (valuesA.MoveNext())
        {
            if (!valuesB.MoveNext() || !AreEqual(valuesA.Value, valuesB.Value))
                return false;
        }
        return !valuesB.MoveNext();
    }

    private static bool AreMapsEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var entriesA = new MapReader(a);
        var entriesB = new MapReader(b);
        while (entriesA.MoveNext())
        {
            if (
                !entriesB.MoveNext()
                || !entriesA.Name.SequenceEqual(entriesB.Name)
                || !AreEqual(entriesA.Value, entriesB.Value)
            )
                return false;
        }
        return !entriesB.MoveNext();
    }
}
