using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace LocalCloud.Tests.Streams;

/// <summary>Sends Kinesis calls as plain JSON, without an SDK's retries and checks.</summary>
internal sealed class KinesisCalls(string url) : IDisposable
{
    private readonly HttpClient _http = new();

    /// <exception cref="KinesisError">The response is an error.</exception>
    public async Task<JsonNode> CallAsync(string operation, JsonNode request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(request.ToJsonString()),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        message.Headers.Add("X-Amz-Target", "Kinesis_20131202." + operation);
        using var response = await _http.SendAsync(message);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return response.IsSuccessStatusCode
            ? body
            : throw new KinesisError((int)response.StatusCode, (string)body["__type"]!, (string)body["message"]!);
    }

    public Task CreateAsync(string stream, int shards = 1) =>
        CallAsync("CreateStream", new JsonObject { ["StreamName"] = stream, ["ShardCount"] = shards });

    public Task<JsonNode> PutAsync(string stream, string key, string data, string? hashKey = null)
    {
        var request = Record(key, data, hashKey);
        request["StreamName"] = stream;
        return CallAsync("PutRecord", request);
    }

    public Task<JsonNode> PutManyAsync(string stream, params IEnumerable<JsonObject> records) =>
        CallAsync("PutRecords", new JsonObject { ["StreamName"] = stream, ["Records"] = new JsonArray([.. records]) });

    public static JsonObject Record(string key, string data, string? hashKey = null)
    {
        var record = new JsonObject
        {
            ["PartitionKey"] = key,
            ["Data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)),
        };
        if (hashKey is not null)
            record["ExplicitHashKey"] = hashKey;
        return record;
    }

    public async Task<string> IteratorAsync(
        string stream,
        string shard,
        string type = "TRIM_HORIZON",
        string? sequenceNumber = null,
        double? timestamp = null
    )
    {
        var request = new JsonObject
        {
            ["StreamName"] = stream,
            ["ShardId"] = shard,
            ["ShardIteratorType"] = type,
        };
        if (sequenceNumber is not null)
            request["StartingSequenceNumber"] = sequenceNumber;
        if (timestamp is not null)
            request["Timestamp"] = timestamp;
        return (string)(await CallAsync("GetShardIterator", request))["ShardIterator"]!;
    }

    public Task<JsonNode> GetAsync(string iterator, int? limit = null)
    {
        var request = new JsonObject { ["ShardIterator"] = iterator };
        if (limit is not null)
            request["Limit"] = limit;
        return CallAsync("GetRecords", request);
    }

    /// <summary>Reads the data of a shard from an iterator to the tip or end of the shard.</summary>
    public async Task<List<string>> ReadAsync(
        string stream,
        string shard,
        string type = "TRIM_HORIZON",
        string? sequenceNumber = null,
        double? timestamp = null
    ) => [.. (await RecordsAsync(stream, shard, type, sequenceNumber, timestamp)).Select(Data)];

    /// <summary>Reads the records of a shard from an iterator to the tip or end of the shard.</summary>
    public async Task<List<JsonNode>> RecordsAsync(
        string stream,
        string shard,
        string type = "TRIM_HORIZON",
        string? sequenceNumber = null,
        double? timestamp = null
    )
    {
        var records = new List<JsonNode>();
        for (var iterator = await IteratorAsync(stream, shard, type, sequenceNumber, timestamp); ; )
        {
            var answer = await GetAsync(iterator);
            records.AddRange(answer["Records"]!.AsArray().OfType<JsonNode>());
            if ((string?)answer["NextShardIterator"] is not { } next || (long)answer["MillisBehindLatest"]! == 0)
                return records;
            iterator = next;
        }
    }

    public async Task<List<JsonNode>> ShardsAsync(string stream) =>
        [
            .. (await CallAsync("ListShards", new JsonObject { ["StreamName"] = stream }))["Shards"]!
                .AsArray()
                .OfType<JsonNode>(),
        ];

    public static string Data(JsonNode record) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((string)record["Data"]!));

    public void Dispose() => _http.Dispose();
}

internal sealed class KinesisError(int statusCode, string code, string message)
    : Exception($"{statusCode} {code}: {message}")
{
    public int StatusCode { get; } = statusCode;
    public string Code { get; } = code;
}
