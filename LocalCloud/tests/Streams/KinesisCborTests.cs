using System.Formats.Cbor;
using System.Net.Http.Headers;
using LocalCloud.Tests.Faults;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>
/// Tests CBOR 1.1 in the format of AWS's Java clients: maps of indefinite length, blobs as byte strings, times as tag 1
/// with milliseconds.
/// </summary>
[SystemTest]
public sealed class KinesisCborTests : IAsyncLifetime
{
    private const string ContentType = "application/x-amz-cbor-1.1";
    private const string Only = "shardId-000000000000";
    private readonly HttpClient _http = new();
    private LocalCloudServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LocalCloudServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Records_and_times_come_back_as_they_were_sent()
    {
        await CallAsync("CreateStream", ("StreamName", "s"), ("ShardCount", 1));
        byte[] large = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
        byte[][] blobs =
        [
            [0xFF, 0, 0x80],
            [],
            [.. "text + \"é\""u8],
            large,
        ];
        var put = await CallAsync(
            "PutRecords",
            ("StreamName", "s"),
            (
                "Records",
                blobs.Select(blob => new (string, object)[] { ("Data", blob), ("PartitionKey", "clé \"x\"") }).ToArray()
            )
        );
        Assert.Equal(0L, put["FailedRecordCount"]);

        var before = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
        var iterator = await CallAsync(
            "GetShardIterator",
            ("StreamName", "s"),
            ("ShardId", Only),
            ("ShardIteratorType", "AT_TIMESTAMP"),
            ("Timestamp", DateTimeOffset.FromUnixTimeMilliseconds(before))
        );
        var got = await CallAsync("GetRecords", ("ShardIterator", iterator["ShardIterator"]!), ("Limit", 10));
        var records = ((object?[])got["Records"]!).Cast<Dictionary<string, object?>>().ToList();
        Assert.Equal(blobs, records.Select(record => (byte[])record["Data"]!));
        Assert.All(records, record => Assert.Equal("clé \"x\"", record["PartitionKey"]));
        Assert.All(records, record =>
            Assert.InRange(
                (DateTimeOffset)record["ApproximateArrivalTimestamp"]!,
                DateTimeOffset.UtcNow.AddMinutes(-1),
                DateTimeOffset.UtcNow.AddMinutes(1)
            )
        );
        Assert.Equal(
            ((object?[])put["Records"]!).Select(record => ((Dictionary<string, object?>)record!)["SequenceNumber"]),
            records.Select(record => record["SequenceNumber"])
        );
        Assert.Equal(0L, got["MillisBehindLatest"]);

        var summary =
            (Dictionary<string, object?>)
                (await CallAsync("DescribeStreamSummary", ("StreamName", "s")))["StreamDescriptionSummary"]!;
        Assert.IsType<DateTimeOffset>(summary["StreamCreationTimestamp"]);
        Assert.Equal("ACTIVE", summary["StreamStatus"]);
    }

    [Fact]
    public async Task Errors_are_CBOR()
    {
        using var response = await SendAsync("DeleteStream", Write(("StreamName", "none")));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(ContentType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("ResourceNotFoundException", Read(await response.Content.ReadAsByteArrayAsync())["__type"]);
        Assert.Equal(["ResourceNotFoundException"], response.Headers.GetValues("x-amzn-ErrorType"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("FF")]
    [InlineData("A1")]
    [InlineData("BF6A53747265616D4E616D65")] // a map that does not end
    [InlineData("A16A53747265616D4E616D6561C3")] // a text that is not UTF-8
    [InlineData("A16A53747265616D4E616D65FB7FF8000000000000")] // not a number
    [InlineData("A10102")] // a key that is not text
    [InlineData("A16A53747265616D4E616D651BFFFFFFFFFFFFFFFF")] // more than 64 bits with sign
    [InlineData("A0A0")]
    [InlineData("5BFFFFFFFFFFFFFFFF")]
    public async Task Invalid_CBOR_is_rejected(string hex)
    {
        using var response = await SendAsync("DescribeStreamSummary", Convert.FromHexString(hex));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("SerializationException", Read(await response.Content.ReadAsByteArrayAsync())["__type"]);
    }

    [Fact]
    public async Task Every_kind_of_fault_works_with_CBOR()
    {
        using var faults = new FaultCalls(_server.Url);
        await CallAsync("CreateStream", ("StreamName", "s"), ("ShardCount", 1));
        byte[][] blobs =
        [
            [1],
            [2],
            [3],
            [4],
        ];
        (string, object)[] put =
        [
            ("StreamName", "s"),
            (
                "Records",
                blobs.Select(blob => new (string, object)[] { ("Data", blob), ("PartitionKey", "k") }).ToArray()
            ),
        ];

        foreach (
            var (more, status, code) in new[]
            {
                ("", 500, "InternalFailure"),
                (""","status":503""", 503, "ServiceUnavailable"),
            }
        )
        {
            var fault = await faults.AddAsync($$"""{"operation":"PutRecords","kind":"error","count":1{{more}}}""");
            using var rejected = await SendAsync("PutRecords", Write(put));
            Assert.Equal(
                (status, ContentType),
                ((int)rejected.StatusCode, rejected.Content.Headers.ContentType!.MediaType)
            );
            Assert.Equal(code, Read(await rejected.Content.ReadAsByteArrayAsync())["__type"]);
            Assert.Equal([$"{fault}"], rejected.Headers.GetValues("x-localcloud-fault"));
        }
        await faults.AddAsync("""{"operation":"PutRecords","kind":"disconnect","probability":1}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("PutRecords", Write(put)));
        await faults.DeleteAsync();

        await faults.AddAsync("""{"operation":"PutRecords","kind":"partial","share":0.5,"count":1,"seed":1}""");
        var late = await faults.AddAsync("""{"operation":"PutRecords","kind":"latency","milliseconds":5,"count":1}""");
        var answer = await CallAsync("PutRecords", put);
        Assert.Equal((2L, 1L), (answer["FailedRecordCount"], await faults.InjectedAsync(late)));
        var records = ((object?[])answer["Records"]!).Cast<Dictionary<string, object?>>().ToList();
        Assert.Equal(
            2,
            records.Count(record =>
                record.GetValueOrDefault("ErrorCode") is "ProvisionedThroughputExceededException"
                && !record.ContainsKey("SequenceNumber")
            )
        );

        var iterator = await CallAsync(
            "GetShardIterator",
            ("StreamName", "s"),
            ("ShardId", Only),
            ("ShardIteratorType", "TRIM_HORIZON")
        );
        var got = (
            (object?[])(await CallAsync("GetRecords", ("ShardIterator", iterator["ShardIterator"]!)))["Records"]!
        ).Cast<Dictionary<string, object?>>();
        Assert.Equal(
            blobs.Where((_, i) => records[i].ContainsKey("SequenceNumber")),
            got.Select(record => (byte[])record["Data"]!)
        );
    }

    [Fact]
    public async Task Nesting_is_limited()
    {
        using var response = await SendAsync("DescribeStreamSummary", [.. Enumerable.Repeat((byte)0x81, 100_000), 0]);
        Assert.Equal("SerializationException", Read(await response.Content.ReadAsByteArrayAsync())["__type"]);
    }

    private async Task<Dictionary<string, object?>> CallAsync(string operation, params (string, object)[] members)
    {
        using var response = await SendAsync(operation, Write(members));
        var answer = Read(await response.Content.ReadAsByteArrayAsync());
        Assert.True(
            response.IsSuccessStatusCode,
            $"{operation}: {answer.GetValueOrDefault("__type")} {answer.GetValueOrDefault("message")}"
        );
        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(string operation, byte[] body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _server.Url)
        {
            Content = new ByteArrayContent(body),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        message.Headers.Add("X-Amz-Target", "Kinesis_20131202." + operation);
        return await _http.SendAsync(message);
    }

    private static byte[] Write(params (string, object)[] members)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        WriteMap(writer, members);
        return writer.Encode();
    }

    private static void WriteMap(CborWriter writer, (string Name, object Value)[] members)
    {
        writer.WriteStartMap(null);
        foreach (var (name, value) in members)
        {
            writer.WriteTextString(name);
            switch (value)
            {
                case string text:
                    writer.WriteTextString(text);
                    break;
                case int number:
                    writer.WriteInt32(number);
                    break;
                case byte[] blob:
                    writer.WriteByteString(blob);
                    break;
                case DateTimeOffset time:
                    writer.WriteTag(CborTag.UnixTimeSeconds);
                    writer.WriteInt64(time.ToUnixTimeMilliseconds());
                    break;
                case (string, object)[][] list:
                    writer.WriteStartArray(null);
                    foreach (var item in list)
                        WriteMap(writer, item);
                    writer.WriteEndArray();
                    break;
            }
        }
        writer.WriteEndMap();
    }

    private static Dictionary<string, object?> Read(byte[] cbor)
    {
        var reader = new CborReader(cbor, CborConformanceMode.Lax);
        var value = ReadValue(reader);
        Assert.Equal(0, reader.BytesRemaining);
        return (Dictionary<string, object?>)value!;
    }

    private static object? ReadValue(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                var map = new Dictionary<string, object?>();
                for (reader.ReadStartMap(); reader.PeekState() is not CborReaderState.EndMap; )
                    map.Add(reader.ReadTextString(), ReadValue(reader));
                reader.ReadEndMap();
                return map;
            case CborReaderState.StartArray:
                var list = new List<object?>();
                for (reader.ReadStartArray(); reader.PeekState() is not CborReaderState.EndArray; )
                    list.Add(ReadValue(reader));
                reader.ReadEndArray();
                return list.ToArray();
            case CborReaderState.TextString:
                return reader.ReadTextString();
            case CborReaderState.ByteString:
                return reader.ReadByteString();
            case CborReaderState.Boolean:
                return reader.ReadBoolean();
            case CborReaderState.Tag:
                Assert.Equal(CborTag.UnixTimeSeconds, reader.ReadTag());
                return DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
            case CborReaderState.Null:
                reader.ReadNull();
                return null;
            default:
                return reader.ReadInt64();
        }
    }
}
