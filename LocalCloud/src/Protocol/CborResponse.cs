using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace LocalCloud.Protocol;

/// <summary>
/// Converts a JSON 1.1 response to CBOR 1.1. It does not use CborWriter, which buffers a value of 10 MiB until it is
/// complete. JSON does not distinguish blobs from text or timestamps from numbers, but their members' names do.
/// </summary>
internal static class CborResponse
{
    private const int UnsignedInteger = 0,
        NegativeInteger = 1,
        ByteString = 2,
        TextString = 3,
        Tag = 6;
    private const byte StartMap = 0xBF,
        StartArray = 0x9F,
        End = 0xFF,
        False = 0xF4,
        True = 0xF5,
        Null = 0xF6,
        Double = 0xFB;
    private const ulong UnixTime = 1;

    /// <summary>Converts a complete, valid response.</summary>
    public static void FromJson(ReadOnlySpan<byte> json, IBufferWriter<byte> cbor)
    {
        var (isBlob, isTimestamp) = (false, false);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    WriteByte(cbor, StartMap);
                    break;
                case JsonTokenType.StartArray:
                    WriteByte(cbor, StartArray);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    WriteByte(cbor, End);
                    break;
                case JsonTokenType.PropertyName:
                    isBlob = reader.ValueTextEquals("Data"u8);
                    isTimestamp = reader.ValueSpan.EndsWith("Timestamp"u8);
                    WriteText(cbor, ref reader);
                    break;
                case JsonTokenType.String when isBlob:
                    WriteBlob(cbor, reader.ValueSpan);
                    break;
                case JsonTokenType.String:
                    WriteText(cbor, ref reader);
                    break;
                case JsonTokenType.Number when isTimestamp:
                    WriteHead(cbor, Tag, UnixTime);
                    // AWS writes milliseconds, although RFC 8949 defines seconds.
                    WriteInteger(cbor, (long)(reader.GetDecimal() * 1000));
                    break;
                case JsonTokenType.Number when reader.TryGetInt64(out var number):
                    WriteInteger(cbor, number);
                    break;
                case JsonTokenType.Number:
                    WriteDouble(cbor, reader.GetDouble());
                    break;
                default:
                    WriteByte(
                        cbor,
                        reader.TokenType switch
                        {
                            JsonTokenType.True => True,
                            JsonTokenType.False => False,
                            _ => Null,
                        }
                    );
                    break;
            }
        }
    }

    private static void WriteText(IBufferWriter<byte> cbor, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            WriteHead(cbor, TextString, (ulong)reader.ValueSpan.Length);
            cbor.Write(reader.ValueSpan);
            return;
        }
        var text = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        var length = reader.CopyString(text);
        WriteHead(cbor, TextString, (ulong)length);
        cbor.Write(text.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(text);
    }

    private static void WriteBlob(IBufferWriter<byte> cbor, ReadOnlySpan<byte> base64)
    {
        var padding =
            base64.EndsWith("=="u8) ? 2
            : base64.EndsWith("="u8) ? 1
            : 0;
        var length = base64.Length / 4 * 3 - padding;
        WriteHead(cbor, ByteString, (ulong)length);
        Base64.DecodeFromUtf8(base64, cbor.GetSpan(length + 2), out _, out var written);
        cbor.Advance(written);
    }

    private static void WriteInteger(IBufferWriter<byte> cbor, long number) =>
        WriteHead(cbor, number < 0 ? NegativeInteger : UnsignedInteger, (ulong)(number < 0 ? ~number : number));

    private static void WriteDouble(IBufferWriter<byte> cbor, double number)
    {
        var span = cbor.GetSpan(9);
        span[0] = Double;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], number);
        cbor.Advance(9);
    }

    /// <summary>Writes a value's major type and argument (RFC 8949, section 3).</summary>
    private static void WriteHead(IBufferWriter<byte> cbor, int majorType, ulong argument)
    {
        var span = cbor.GetSpan(9);
        switch (argument)
        {
            case < 24:
                span[0] = (byte)(majorType << 5 | (int)argument);
                cbor.Advance(1);
                break;
            case <= byte.MaxValue:
                span[0] = (byte)(majorType << 5 | 24);
                span[1] = (byte)argument;
                cbor.Advance(2);
                break;
            case <= ushort.MaxValue:
                span[0] = (byte)(majorType << 5 | 25);
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)argument);
                cbor.Advance(3);
                break;
            case <= uint.MaxValue:
                span[0] = (byte)(majorType << 5 | 26);
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)argument);
                cbor.Advance(5);
                break;
            default:
                span[0] = (byte)(majorType << 5 | 27);
                BinaryPrimitives.WriteUInt64BigEndian(span[1..], argument);
                cbor.Advance(9);
                break;
        }
    }

    private static void WriteByte(IBufferWriter<byte> cbor, byte value)
    {
        cbor.GetSpan(1)[0] = value;
        cbor.Advance(1);
    }
}
