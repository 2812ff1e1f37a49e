using System.Buffers.Binary;
using System.Text;

namespace LocalCloud.Objects.Storage;

/// <summary>Reads what <see cref="BinaryWriter"/> wrote, in place: a start reads a million entries.</summary>
internal ref struct JournalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public int Int() => (int)Long();

    public long Long()
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = Byte();
            number |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return (long)number;
        }
    }

    /// <summary>A length, and so many bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Int());

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public DateTimeOffset Time() => new(BinaryPrimitives.ReadInt64LittleEndian(Take(8)), TimeSpan.Zero);

    public UInt128 Md5() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
