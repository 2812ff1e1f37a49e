using System.Buffers.Binary;
using System.Text;

namespace LocalCloud.Objects.Storage;

/// <summary>Reads values of a <see cref="BinaryWriter"/> without copying. A start may read a million entries.</summary>
internal ref struct JournalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte ReadByte() => ReadSpan(1)[0];

    public int ReadInt() => (int)ReadLong();

    public long ReadLong()
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = ReadByte();
            number |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
                return (long)number;
        }
    }

    /// <summary>Reads a length and that many bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadSpan(ReadInt());

    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    public DateTimeOffset ReadTime() => new(BinaryPrimitives.ReadInt64LittleEndian(ReadSpan(8)), TimeSpan.Zero);

    public UInt128 ReadMd5() => BinaryPrimitives.ReadUInt128LittleEndian(ReadSpan(16));

    private ReadOnlySpan<byte> ReadSpan(int count)
    {
        var read = _rest[..count];
        _rest = _rest[count..];
        return read;
    }
}
