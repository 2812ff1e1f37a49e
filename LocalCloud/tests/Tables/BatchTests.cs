using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using LocalCloud.Tests.Faults;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests batches of writes and reads.</summary>
[SystemTest]
public sealed class BatchTests
{
    [Fact]
    public async Task Batches_write_and_read_items_of_several_tables()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.CreateTableAsync("t_2", "a", "b");
        await server.Client.PutItemAsync("t_1", Item(("a", S("old"))));
        var written = await server.Client.BatchWriteItemAsync(
            new BatchWriteItemRequest
            {
                RequestItems = new()
                {
                    ["t_1"] = [Put(("a", S("1")), ("x", N(1))), new(new DeleteRequest(Item(("a", S("old")))))],
                    ["t_2"] = [Put(("a", S("1")), ("b", S("2")))],
                },
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            }
        );
        Assert.Empty(written.UnprocessedItems ?? []);
        Assert.Equal([1, 2], written.ConsumedCapacity.Select(capacity => capacity.CapacityUnits).Order());
        var read = await server.Client.BatchGetItemAsync(
            new Dictionary<string, KeysAndAttributes>
            {
                ["t_1"] = new()
                {
                    Keys = [Item(("a", S("1"))), Item(("a", S("old"))), Item(("a", S("none")))],
                    ProjectionExpression = "x",
                },
                ["t_2"] = new() { Keys = [Item(("a", S("1")), ("b", S("2")))] },
            }
        );
        Assert.Equal("1", Assert.Single(read.Responses["t_1"])["x"].N);
        Assert.Equal("2", Assert.Single(read.Responses["t_2"])["b"].S);
    }

    [Fact]
    public async Task Batches_are_limited_to_25_writes_and_100_distinct_keys()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await ExpectErrorAsync(26, distinct: true, "Member must have length less than or equal to 25");
        await ExpectErrorAsync(2, distinct: false, "Provided list of item keys contains duplicates");
        var keys = Enumerable.Range(0, 101).Select(i => Item(("a", S($"{i}")))).ToList();
        var tooMany = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => GetAsync(server, keys));
        Assert.Contains("less than or equal to 100", tooMany.Message, StringComparison.Ordinal);
        await GetAsync(server, keys[..100]);

        async Task ExpectErrorAsync(int count, bool distinct, string message)
        {
            var rejected = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
                server.Client.BatchWriteItemAsync(
                    new Dictionary<string, List<WriteRequest>>
                    {
                        ["t_1"] =
                        [
                            .. Enumerable.Range(0, count).Select(i => Put(("a", S(distinct ? $"{i}" : "same")))),
                        ],
                    }
                )
            );
            Assert.Contains(message, rejected.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Response_of_16_MB_leaves_the_rest_unprocessed()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var keys = new List<Dictionary<string, AttributeValue>>();
        for (var i = 0; i < 45; i++)
        {
            keys.Add(Item(("a", S($"{i}"))));
            await server.Client.PutItemAsync("t_1", Item(("a", S($"{i}")), ("x", S(new string('x', 400_000)))));
        }
        var (read, calls) = (0, 0);
        while (keys.Count > 0)
        {
            var answer = await GetAsync(server, keys);
            read += answer.Responses["t_1"].Count;
            keys = answer.UnprocessedKeys?.GetValueOrDefault("t_1")?.Keys ?? [];
            calls++;
        }
        Assert.Equal((45, 2), (read, calls));
    }

    [Fact]
    public async Task Injected_fault_leaves_a_share_of_a_batch_unprocessed()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        using var faults = new FaultCalls(server.Url);
        await faults.AddAsync(
            """{"service":"dynamodb","operation":"BatchWriteItem","kind":"partial","share":0.5,"count":1}"""
        );
        var writes = Enumerable.Range(0, 10).Select(i => Put(("a", S($"{i}")))).ToList();
        var first = await server.Client.BatchWriteItemAsync(
            new Dictionary<string, List<WriteRequest>> { ["t_1"] = writes }
        );
        Assert.Equal(5, first.UnprocessedItems["t_1"].Count);
        Assert.Equal(5, (await server.Client.ScanAsync(new ScanRequest("t_1"))).Count);
        var second = await server.Client.BatchWriteItemAsync(first.UnprocessedItems);
        Assert.Empty(second.UnprocessedItems ?? []);
        Assert.Equal(10, (await server.Client.ScanAsync(new ScanRequest("t_1"))).Count);

        await faults.AddAsync("""{"service":"dynamodb","operation":"GetItem","kind":"throttle","count":1}""");
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(() =>
            server.Client.GetItemAsync("t_1", Item(("a", S("1"))))
        );
        await faults.AddAsync("""{"service":"dynamodb","operation":"GetItem","kind":"error","count":1}""");
        await Assert.ThrowsAsync<InternalServerErrorException>(() =>
            server.Client.GetItemAsync("t_1", Item(("a", S("1"))))
        );
    }

    private static WriteRequest Put(params (string, AttributeValue)[] attributes) =>
        new(new PutRequest(Item(attributes)));

    private static Task<BatchGetItemResponse> GetAsync(
        TableServer server,
        List<Dictionary<string, AttributeValue>> keys
    ) => server.Client.BatchGetItemAsync(new Dictionary<string, KeysAndAttributes> { ["t_1"] = new() { Keys = keys } });
}
