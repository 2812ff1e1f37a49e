using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// Reads PutRecord and PutRecords in one pass, from the request's bytes into the batch that is committed.
/// </summary>
internal static class PutRequestReader
{
    // API reference of PutRecords: 500 records; PartitionKey 1–256 characters; a record's key and data together 1 MiB,
    // a call's 5 MiB. AWS has begun to take more where a stream asks for it (MaxRecordSizeInKiB); what passes here
    // passes there.
    private const int MostRecords = 500;
    private const int LongestKey = 256;
    private const int LargestRecord = 1024 * 1024;
    private const int LargestCall = 5 * 1024 * 1024;

    /// <returns>The stream's name.</returns>
    /// <exception cref="AwsException">ValidationException, InvalidArgumentException</exception>
    /// <exception cref="JsonException">The request is not of PutRecords' shape.</exception>
    public static string ReadPutRecords(ReadOnlySpan<byte> json, PutBatch batch) => Guard(json, batch, many: true);

    /// <inheritdoc cref="ReadPutRecords"/>
    public static string ReadPutRecord(ReadOnlySpan<byte> json, PutBatch batch) => Guard(json, batch, many: false);

    private static string Guard(ReadOnlySpan<byte> json, PutBatch batch, bool many)
    {
        try
        {
            batch.Bytes.Reserve(json.Length / 4 * 3); // as much as base64 can hold
            return Read(json, batch, many);
        }
        catch (InvalidOperationException error)
        {
            // as Utf8JsonReader tells it
            throw new JsonException("A member has another type, or text that is not UTF-8.", error);
        }
    }

    private static string Read(ReadOnlySpan<byte> json, PutBatch batch, bool many)
    {
        var reader = new Utf8JsonReader(json);
        var broken = new Constraints();
        string? name = null,
            arn = null;
        var hasRecords = false;
        var single = new Fields();

        Expect(ref reader, JsonTokenType.StartObject);
        while (ReadProperty(ref reader))
        {
            if (reader.ValueTextEquals("StreamName"u8))
                name = ReadText(ref reader);
            else if (reader.ValueTextEquals("StreamARN"u8))
                arn = ReadText(ref reader);
            else if (many && reader.ValueTextEquals("Records"u8))
                hasRecords = ReadRecords(ref reader, batch, broken);
            else if (many || !single.TryRead(ref reader, batch.Bytes))
                Skip(ref reader);
        }
        reader.Read(); // throws when something follows

        if (many)
            broken.Required("records", hasRecords ? batch : null);
        else
            single.AddTo(batch, broken, "");
        broken.StreamName(name).Enforce();

        if (many && batch.Count is 0)
            broken.Check(false, "[]", "records", "Member must have length greater than or equal to 1").Enforce();
        RefuseTooLarge(batch);
        return StreamNames.Resolve(name, arn);
    }

    private static bool ReadRecords(ref Utf8JsonReader reader, PutBatch batch, Constraints broken)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null)
            return false;
        if (reader.TokenType is not JsonTokenType.StartArray)
            throw new JsonException("Records is not a list.");
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
                throw new JsonException("A record is not a structure.");
            if (batch.Count == MostRecords)
                broken
                    .Check(
                        false,
                        $"[more than {MostRecords} records]",
                        "records",
                        $"Member must have length less than or equal to {MostRecords}"
                    )
                    .Enforce();
            var fields = new Fields();
            while (ReadProperty(ref reader))
            {
                if (!fields.TryRead(ref reader, batch.Bytes))
                    Skip(ref reader);
            }
            fields.AddTo(batch, broken, $"records.{batch.Count + 1}.member.");
        }
        return true;
    }

    private static void RefuseTooLarge(PutBatch batch)
    {
        if (batch.Bytes.WrittenSpan.Length > LargestCall)
            throw new AwsException("InvalidArgumentException", "Records size exceeds 5 MB limit");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException("The request is not a structure.");
    }

    private static bool ReadProperty(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.PropertyName;

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>A record's members, in whatever order they come; the bytes are already in the batch.</summary>
    private struct Fields
    {
        private PutBatch.Entry _entry;
        private bool _hasKey;
        private bool _hasData;
        private string? _explicitHashKey;

        public bool TryRead(ref Utf8JsonReader reader, PooledBuffer bytes)
        {
            if (reader.ValueTextEquals("Data"u8))
            {
                _entry.DataOffset = bytes.WrittenSpan.Length;
                _hasData = reader.Read() && reader.TokenType is not JsonTokenType.Null;
                _entry.DataBytes = _hasData ? ReadBase64(ref reader, bytes) : 0;
                return true;
            }
            if (reader.ValueTextEquals("PartitionKey"u8))
            {
                _entry.KeyOffset = bytes.WrittenSpan.Length;
                _hasKey = reader.Read() && reader.TokenType is not JsonTokenType.Null;
                _entry.KeyBytes = _hasKey ? CopyText(ref reader, bytes) : 0;
                return true;
            }
            if (reader.ValueTextEquals("ExplicitHashKey"u8))
            {
                _explicitHashKey = ReadText(ref reader);
                return true;
            }
            return false;
        }

        public readonly void AddTo(PutBatch batch, Constraints broken, string member)
        {
            var bytes = batch.Bytes.WrittenSpan;
            var key = bytes.Slice(_entry.KeyOffset, _entry.KeyBytes);
            var characters = Encoding.UTF8.GetCharCount(key);
            if (
                !_hasData
                || !_hasKey
                || characters is < 1 or > LongestKey
                || _entry.KeyBytes + _entry.DataBytes > LargestRecord
                || _explicitHashKey is not null
            )
            {
                broken
                    .Required(member + "data", _hasData ? "" : null)
                    .Check(
                        _entry.KeyBytes + _entry.DataBytes <= LargestRecord,
                        $"{_entry.DataBytes} bytes",
                        member + "data",
                        $"Member must have length less than or equal to {LargestRecord}"
                    )
                    .Required(member + "partitionKey", _hasKey ? "" : null)
                    .Check(
                        !_hasKey || characters >= 1,
                        "",
                        member + "partitionKey",
                        "Member must have length greater than or equal to 1"
                    )
                    .Check(
                        characters <= LongestKey,
                        $"{characters} characters",
                        member + "partitionKey",
                        $"Member must have length less than or equal to {LongestKey}"
                    )
                    .HashKeyText(member + "explicitHashKey", _explicitHashKey);
            }
            var entry = _entry;
            if (_explicitHashKey is null)
                entry.HashKey = HashKey.OfPartitionKey(key);
            else if (!HashKey.TryParse(_explicitHashKey, out entry.HashKey) && HashKey.FitsPattern(_explicitHashKey))
                throw new AwsException(
                    "InvalidArgumentException",
                    $"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {_explicitHashKey}"
                );
            batch.Add(entry);
        }

        private static int ReadBase64(ref Utf8JsonReader reader, PooledBuffer bytes)
        {
            if (reader.TokenType is not JsonTokenType.String)
                throw new JsonException("Data is not base64 text.");
            OperationStatus status;
            int written;
            if (reader.ValueIsEscaped) // "\/" and "\u002B" are base64 as well
            {
                var text = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
                var length = reader.CopyString(text);
                status = Base64.DecodeFromUtf8(
                    text.AsSpan(0, length),
                    bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(length)),
                    out _,
                    out written
                );
                ArrayPool<byte>.Shared.Return(text);
            }
            else
            {
                status = Base64.DecodeFromUtf8(
                    reader.ValueSpan,
                    bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(reader.ValueSpan.Length)),
                    out _,
                    out written
                );
            }
            if (status is not OperationStatus.Done)
                throw new JsonException("Data is not base64.");
            bytes.Advance(written);
            return written;
        }

        private static int CopyText(ref Utf8JsonReader reader, PooledBuffer bytes)
        {
            var written = reader.CopyString(bytes.GetSpan(reader.ValueSpan.Length));
            bytes.Advance(written);
            return written;
        }
    }
}
