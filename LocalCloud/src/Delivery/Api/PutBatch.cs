using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using LocalCloud.Delivery.Log;
using LocalCloud.Protocol;

namespace LocalCloud.Delivery.Api;

/// <summary>The records of a put, decoded directly into log entries.</summary>
internal sealed class PutBatch : IDisposable
{
    public const string Unavailable = "ServiceUnavailableException";
    public const string SlowDown = "Slow down.";

    // PutRecordBatch: "up to 500 records. Each record can be as large as 1,000 KB (before base64 encoding), up to 4 MB
    // for the entire request".
    private const int MaxRecords = 500;
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly PooledBuffer _buffer = new();
    private readonly List<int> _ends = [];
    private readonly DateTimeOffset _arrival;
    private readonly Constraints _constraints = new();
    private int _records;

    private PutBatch(DateTimeOffset arrival) => _arrival = arrival;

    public string Stream { get; private set; } = "";

    public int Count => _ends.Count;

    /// <summary>The concatenated log entries.</summary>
    public ReadOnlyMemory<byte> Entries => _buffer.WrittenMemory;

    /// <summary>Returns how many of the first records fit into <paramref name="maxBytes"/>, and their size.</summary>
    public (int Records, int Bytes) GetPrefix(long maxBytes)
    {
        var records = Count;
        while (records > 0 && _ends[records - 1] > maxBytes)
            records--;
        return (records, records == 0 ? 0 : _ends[records - 1]);
    }

    /// <summary>Reads <c>{"DeliveryStreamName":…,"Record":{"Data":…}}</c>, or <c>Records</c> if many.</summary>
    /// <exception cref="AwsException">ValidationException, InvalidArgumentException: a limit is exceeded or a member is
    /// missing.</exception>
    /// <exception cref="JsonException">The request has another structure.</exception>
    public static PutBatch Read(ReadOnlySpan<byte> request, bool many, DateTimeOffset arrival)
    {
        var batch = new PutBatch(arrival);
        try
        {
            batch.ReadRequest(request, many);
            return batch;
        }
        catch (InvalidOperationException error)
        {
            batch.Dispose();
            // Utf8JsonReader throws this for wrong types and invalid UTF-8.
            throw new JsonException("A member has another type, or text that is not UTF-8.", error);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Removes the records whose flag is set.</summary>
    public void Remove(bool[] removed)
    {
        var bytes = _buffer.WrittenSpan;
        var (kept, end, start) = (new List<int>(), 0, 0);
        for (var i = 0; i < Count; start = _ends[i++])
        {
            if (removed[i])
                continue;
            bytes[start.._ends[i]].CopyTo(bytes[end..]);
            end += _ends[i] - start;
            kept.Add(end);
        }
        _ends.Clear();
        _ends.AddRange(kept);
        _buffer.Truncate(end);
    }

    public void Dispose() => _buffer.Dispose();

    private void ReadRequest(ReadOnlySpan<byte> request, bool many)
    {
        var json = new Utf8JsonReader(request);
        string? stream = null;
        Expect(ref json, JsonTokenType.StartObject);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("DeliveryStreamName"u8))
            {
                Expect(ref json, JsonTokenType.String);
                stream = json.GetString();
            }
            else if (many && json.ValueTextEquals("Records"u8))
            {
                Expect(ref json, JsonTokenType.StartArray);
                while (json.Read() && json.TokenType is JsonTokenType.StartObject)
                    ReadRecord(ref json, $"records.{_records + 1}.member.data");
            }
            else if (!many && json.ValueTextEquals("Record"u8))
            {
                Expect(ref json, JsonTokenType.StartObject);
                ReadRecord(ref json, "record.data");
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
        _constraints
            .Required("deliveryStreamName", stream)
            .DeliveryStreamName(stream)
            .Check(
                _records > 0,
                null,
                many ? "records" : "record",
                many ? "Member must have length greater than or equal to 1" : "Member must not be null"
            )
            .Check(
                _records <= MaxRecords,
                $"{_records} records",
                "records",
                $"Member must have length less than or equal to {MaxRecords}"
            )
            .Enforce();
        if (_buffer.WrittenMemory.Length - (Count * LogEntry.HeaderBytes) > MaxBytes)
            throw new AwsException("InvalidArgumentException", "Records size exceeds 4 MB limit");
        Stream = stream!;
    }

    private void ReadRecord(ref Utf8JsonReader json, string member)
    {
        _records++;
        var found = false;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var isData = json.ValueTextEquals("Data"u8);
            json.Read();
            if (isData && json.TokenType is JsonTokenType.String && !found)
            {
                found = true;
                AddData(ref json, member);
            }
            else
            {
                json.Skip();
            }
        }
        _constraints.Check(found, null, member, "Member must not be null");
    }

    private void AddData(ref Utf8JsonReader json, string member)
    {
        // Base64 may be escaped (\u002B, \/), but rarely is.
        byte[]? unescaped = null;
        var base64 = json.ValueSpan;
        if (json.ValueIsEscaped)
        {
            unescaped = ArrayPool<byte>.Shared.Rent(base64.Length);
            base64 = unescaped.AsSpan(0, json.CopyString(unescaped));
        }
        var maxLength = Base64.GetMaxDecodedFromUtf8Length(base64.Length);
        var entry = _buffer.GetSpan(LogEntry.HeaderBytes + maxLength);
        var status = Base64.DecodeFromUtf8(base64, entry[LogEntry.HeaderBytes..], out _, out var length);
        if (unescaped is not null)
            ArrayPool<byte>.Shared.Return(unescaped);
        if (status is not OperationStatus.Done)
            throw new JsonException("Data is not base64.");
        if (length > LogEntry.MaxDataBytes)
        {
            _constraints.Check(
                false,
                $"{length} bytes",
                member,
                $"Member must have length less than or equal to {LogEntry.MaxDataBytes}"
            );
            return;
        }
        LogEntry.Seal(entry[..(LogEntry.HeaderBytes + length)], _arrival);
        _buffer.Advance(LogEntry.HeaderBytes + length);
        _ends.Add(_buffer.WrittenMemory.Length);
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
            throw new JsonException($"{type} expected, {json.TokenType} found.");
    }
}
