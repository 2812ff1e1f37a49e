using System.Buffers;
using System.Formats.Cbor;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace LocalCloud.Protocol;

/// <summary>
/// Converts a CBOR 1.1 request (<c>application/x-amz-cbor-1.1</c>, used by AWS's Java clients for Kinesis) to JSON 1.1.
/// Byte strings become base64. Timestamps, which the Java clients write as tag 1 with milliseconds, become seconds.
/// </summary>
internal static class CborRequest
{
    // The same as Utf8JsonReader's.
    private const int MaxDepth = 64;
    private static readonly JsonWriterOptions s_options = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="JsonException">The request is not CBOR, or has values that JSON cannot represent.</exception>
    public static void ToJson(ReadOnlyMemory<byte> cbor, IBufferWriter<byte> json)
    {
        try
        {
            var reader = new CborReader(cbor, CborConformanceMode.Lax);
            using var writer = new Utf8JsonWriter(json, s_options);
            CopyValue(reader, writer, 0);
            if (reader.BytesRemaining > 0)
                throw new JsonException("Data follows the request.");
        }
        catch (Exception error)
            when (error is CborContentException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new JsonException("The request is not valid CBOR for this API.", error);
        }
    }

    private static void CopyValue(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        if (depth > MaxDepth)
            throw new JsonException($"The request is nested deeper than {MaxDepth}.");
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                reader.ReadStartMap();
                writer.WriteStartObject();
                while (reader.PeekState() is not CborReaderState.EndMap)
                {
                    writer.WritePropertyName(ReadText(reader));
                    CopyValue(reader, writer, depth + 1);
                }
                reader.ReadEndMap();
                writer.WriteEndObject();
                break;
            case CborReaderState.StartArray:
                reader.ReadStartArray();
                writer.WriteStartArray();
                while (reader.PeekState() is not CborReaderState.EndArray)
                    CopyValue(reader, writer, depth + 1);
                reader.ReadEndArray();
                writer.WriteEndArray();
                break;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                writer.WriteStringValue(ReadText(reader));
                break;
            case CborReaderState.ByteString:
                writer.WriteBase64StringValue(reader.ReadDefiniteLengthByteString().Span);
                break;
            case CborReaderState.StartIndefiniteLengthByteString:
                writer.WriteBase64StringValue(reader.ReadByteString());
                break;
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                writer.WriteNumberValue(reader.ReadInt64());
                break;
            case CborReaderState.HalfPrecisionFloat
            or CborReaderState.SinglePrecisionFloat
            or CborReaderState.DoublePrecisionFloat:
                writer.WriteNumberValue(reader.ReadDouble());
                break;
            case CborReaderState.Boolean:
                writer.WriteBooleanValue(reader.ReadBoolean());
                break;
            case CborReaderState.Tag:
                CopyTagged(reader, writer, depth);
                break;
            default:
                reader.ReadNull();
                writer.WriteNullValue();
                break;
        }
    }

    private static void CopyTagged(CborReader reader, Utf8JsonWriter writer, int depth)
    {
        var isTime = reader.ReadTag() is CborTag.UnixTimeSeconds;
        if (isTime && reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger)
            writer.WriteNumberValue(reader.ReadInt64() / 1000m);
        else
            CopyValue(reader, writer, depth + 1);
    }

    private static ReadOnlySpan<byte> ReadText(CborReader reader)
    {
        if (reader.PeekState() is CborReaderState.StartIndefiniteLengthTextString)
            return System.Text.Encoding.UTF8.GetBytes(reader.ReadTextString());
        var utf8 = reader.ReadDefiniteLengthTextStringBytes().Span;
        return Utf8.IsValid(utf8) ? utf8 : throw new JsonException("A text is not UTF-8.");
    }
}
