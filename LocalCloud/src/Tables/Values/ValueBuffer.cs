using System.Buffers.Binary;
using LocalCloud.Protocol;

namespace LocalCloud.Tables.Values;

/// <summary>
/// A growing buffer of encoded values. The memory that <see cref="Slice"/> returns stays valid until the buffer is
/// disposed, even if the buffer grows.
/// </summary>
internal sealed class ValueBuffer(int capacity) : IDisposable
{
    private byte[] _array = LargeArrays.Rent(Math.Max(capacity, 256));
    private List<byte[]>? _outgrown;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Slice(int from) => _array.AsMemory(from, Length - from);

    public void Truncate(int length) => Length = length;

    /// <summary>Returns free memory for the bytes; <see cref="Advance"/> adds them to the content.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_array.Length - Length < bytes)
            Grow(bytes);
        return _array.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes the length, then the bytes.</summary>
    public void AppendCounted(ReadOnlySpan<byte> bytes)
    {
        var room = Reserve(5 + bytes.Length);
        var lengthBytes = ValueEncoding.WriteLength(room, bytes.Length);
        bytes.CopyTo(room[lengthBytes..]);
        Length += lengthBytes + bytes.Length;
    }

    public void AppendScalar(AttributeType type, ReadOnlySpan<byte> content)
    {
        Reserve(1)[0] = (byte)type;
        Length++;
        AppendCounted(content);
    }

    /// <summary>Begins a set, a list or a map.</summary>
    /// <returns>The position to give to <see cref="End"/>.</returns>
    public int Begin(AttributeType type)
    {
        Reserve(ValueEncoding.ContainerHeader)[0] = (byte)type;
        Length += ValueEncoding.ContainerHeader;
        return Length;
    }

    public void End(int start) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_array.AsSpan(start - 4), (uint)(Length - start));

    /// <summary>Sorts the entries of the map that begins at <paramref name="start"/> by name.</summary>
    /// <remarks>Keeps only the last of several entries with the same name.</remarks>
    public void SortMap(int start)
    {
        if (IsSorted(_array.AsSpan(start, Length - start)))
            return;
        var map = _array.AsSpan(start, Length - start).ToArray();
        var entries = new List<(int NameStart, int NameLength, int Start, int End)>();
        var reader = new MapReader(map);
        while (reader.MoveNext())
        {
            var nameLength = reader.Name.Length;
            entries.Add(
                (reader.ValueStart - nameLength, nameLength, reader.EntryStart, reader.ValueStart + reader.Value.Length)
            );
        }
        // Sorting by name, then by position, keeps the last of equal names at the end of its group.
        entries.Sort(
            (a, b) =>
            {
                var order = map.AsSpan(a.NameStart, a.NameLength)
                    .SequenceCompareTo(map.AsSpan(b.NameStart, b.NameLength));
                return order != 0 ? order : a.Start.CompareTo(b.Start);
            }
        );
        Length = start;
        for (var i = 0; i < entries.Count; i++)
        {
            var (nameStart, nameLength, entryStart, end) = entries[i];
            if (
                i + 1 < entries.Count
                && map.AsSpan(nameStart, nameLength)
                    .SequenceEqual(map.AsSpan(entries[i + 1].NameStart, entries[i + 1].NameLength))
            )
                continue;
            Append(map.AsSpan(entryStart, end - entryStart));
        }
    }

    public void Dispose()
    {
        LargeArrays.Return(_array);
        foreach (var array in _outgrown ?? [])
            LargeArrays.Return(array);
        (_array, _outgrown, Length) = ([], null, 0);
    }

    private static bool IsSorted(ReadOnlySpan<byte> map)
    {
        var reader = new MapReader(map);
        ReadOnlySpan<byte> previous = default;
        for (var first = true; reader.MoveNext(); first = false)
        {
            if (!first && previous.SequenceCompareTo(reader.Name) >= 0)
                return false;
            previous = reader.Name;
        }
        return true;
    }

    private void Grow(int bytes)
    {
        var larger = LargeArrays.Rent(Math.Max(_array.Length * 2, Length + bytes));
        _array.AsSpan(0, Length).CopyTo(larger);
        (_outgrown ??= []).Add(_array);
        _array = larger;
    }
}
