using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// Reads PutRecord and PutRecords requests in one pass, directly into the batch that is committed.
/// </summary>
internal static class PutRequestReader
{
    // API reference of PutRecords: 500 records, a PartitionKey of 1–256 characters, 1 MiB for a record's key and data,
    // 5 MiB for a call. AWS accepts larger records if the stream's MaxRecordSizeInKiB allows them. LocalCloud does not.
    private const int MaxRecords = 500;
    private const int MaxKeyCharacters = 256;
    private const int MaxRecordBytes = 1024 * 1024;
    private const int MaxCallBytes = 5 * 1024 * 1024;

    /// <summary>Reads the records into the batch and returns the stream's name.</summary>
    /// <exception cref="AwsException">ValidationException, InvalidArgumentException</exception>
    /// <exception cref="JsonException">The request does not have the structure of PutRecords.</exception>
    public static string ReadPutRecords(ReadOnlySpan<byte> json, PutBatch batch) =>
        ReadGuarded(json, batch, many: true);

    /// <inheritdoc cref="ReadPutRecords"/>
    public static string ReadPutRecord(ReadOnlySpan<byte> json, PutBatch batch) =>
        ReadGuarded(json, batch, many: false);

    private static string ReadGuarded(ReadOnlySpan<byte> json, PutBatch batch, bool many)
    {
        try
        {
            batch.Bytes.Reserve(json.Length / 4 * 3); // The data is at most this long: it is base64 in the request.
            return Read(json, batch, many);
        }
        catch (InvalidOperationException error)
        {
            // Utf8JsonReader throws this for wrong types and invalid UTF-8.
            throw new JsonException("A member has another type, or text that is not UTF-8.", error);
        }
    }

    private static string Read(ReadOnlySpan<byte> json, PutBatch batch, bool many)
    {
        var reader = new Utf8JsonReader(json);
        var constraints = new Constraints();
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
                hasRecords = ReadRecords(ref reader, batch, constraints);
            else if (many || !single.TryRead(ref reader, batch.Bytes))
                Skip(ref reader);
        }
        reader.Read(); // Throws if anything follows.

        if (many)
            constraints.Required("records", hasRecords ? batch : null);
        else
            single.AddTo(batch, constraints, "");
        constraints.StreamName(name).Enforce();

        if (many && batch.Count is 0)
            constraints.Check(false, "[]", "records", "Member must have length greater than or equal to 1").Enforce();
        ThrowIfTooLarge(batch);
        return StreamNames.Resolve(name, arn);
    }

    private static bool ReadRecords(ref Utf8JsonReader reader, PutBatch batch, Constraints constraints)
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
            if (batch.Count == MaxRecords)
                constraints
                    .Check(
                        false,
                        $"[more than {MaxRecords} records]",
                        "records",
                        $"Member must have length less than or equal to {MaxRecords}"
                    )
                    .Enforce();
            var fields = new Fields();
            while (ReadProperty(ref reader))
            {
                if (!fields.TryRead(ref reader, batch.Bytes))
                    Skip(ref reader);
            }
            fields.AddTo(batch, constraints, $"records.{batch.Count + 1}.member.");
        }
        return true;
    }

    private static void ThrowIfTooLarge(PutBatch batch)
    {
        if (batch.Bytes.WrittenSpan.Length > MaxCallBytes)
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

    /// <summary>A record's members, in any order. Key and data are already in the batch's buffer.</summary>
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

        public readonly void AddTo(PutBatch batch, Constraints constraints, string member)
        {
            var bytes = batch.Bytes.WrittenSpan;
            var key = bytes.Slice(_entry.KeyOffset, _entry.KeyBytes);
            var characters = Encoding.UTF8.GetCharCount(key);
            if (
                !_hasData
                || !_hasKey
                || characters is < 1 or > MaxKeyCharacters
                || _entry.KeyBytes + _entry.DataBytes > MaxRecordBytes
                || _explicitHashKey is not null
            )
            {
                constraints
                    .Required(member + "data", _hasData ? "" : null)
                    .Check(
                        _entry.KeyBytes + _entry.DataBytes <= MaxRecordBytes,
                        $"{_entry.DataBytes} bytes",
                        member + "data",
                        $"Member must have length less than or equal to {MaxRecordBytes}"
                    )
                    .Required(member + "partitionKey", _hasKey ? "" : null)
                    .Check(
                        !_hasKey || characters >= 1,
                        "",
                        member + "partitionKey",
                        "Member must have length greater than or equal to 1"
                    )
                    .Check(
                        characters <= MaxKeyCharacters,
                        $"{characters} characters",
                        member + "partitionKey",
                        $"Member must have length less than or equal to {MaxKeyCharacters}"
                    )
                    .HashKeyText(member + "explicitHashKey", _explicitHashKey);
            }
            var entry = _entry;
            if (_explicitHashKey is null)
                entry.HashKey = HashKey.FromPartitionKey(key);
            else if (!HashKey.TryParse(_explicitHashKey, out entry.HashKey) && HashKey.FitsPattern(_explicitHashKey))
                throw new AwsException(
                    "InvalidArgumentException",
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
                        + $"Specified value was {_explicitHashKey}"
                );
            batch.Add(entry);
        }

        private static int ReadBase64(ref Utf8JsonReader reader, PooledBuffer bytes)
        {
            if (reader.TokenType is not JsonTokenType.String)
                throw new JsonException("Data is not base64 text.");
            OperationStatus status;
            int written;
            if (reader.ValueIsEscaped) // Base64 may be escaped: "\/", "\u002B".
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
