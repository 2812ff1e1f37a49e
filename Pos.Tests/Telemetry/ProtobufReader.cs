using System.Buffers.Binary;
using System.Text;

namespace Pos.Tests.Telemetry;

/// <summary>Reads the fields of one protobuf message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field read last.</summary>
    public int Field { get; private set; }

    /// <summary>Content of a length-delimited field, or the bytes of a fixed64 or fixed32 field.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Value of a varint field.</summary>
    public ulong Number { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    public readonly ulong Fixed64 => BinaryPrimitives.ReadUInt64LittleEndian(Bytes);

    public readonly string Hex => Convert.ToHexStringLower(Bytes);

    /// <summary>Reads the next field. Returns false at the end.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Take((int)ReadVarint());
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"Wire type {tag & 7} is not supported.");
        }
        return true;
    }

    private void Take(int bytes)
    {
        Bytes = _rest[..bytes];
        _rest = _rest[bytes..];
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
