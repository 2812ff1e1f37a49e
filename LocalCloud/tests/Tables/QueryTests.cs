using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests the order, pages and segments of queries and scans.</summary>
[SystemTest]
public sealed class QueryTests
{
    private static readonly string[] s_numbers =
    [
        "-1E125",
        "-20",
        "-1.5",
        "-1",
        "-0.001",
        "0",
        "1E-130",
        "0.001",
        "1",
        "1.5",
        "2",
        "10",
        "99",
        "100",
        "1E125",
    ];

    [Fact]
    public async Task Numbers_sort_numerically_and_every_comparison_selects_its_range()
    {
        await using var server = await TableServer.StartAsync();
        await server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "t_1",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions = [new("a", ScalarAttributeType.S), new("n", ScalarAttributeType.N)],
                KeySchema = [new("a", KeyType.HASH), new("n", KeyType.RANGE)],
            }
        );
        foreach (var number in s_numbers.Reverse())
            await server.Client.PutItemAsync("t_1", Item(("a", S("k")), ("n", N(number)), ("text", S(number))));
        Assert.Equal(s_numbers, await TextsAsync("a = :a"));
        Assert.Equal(s_numbers.Reverse(), await TextsAsync("a = :a", forward: false));
        Assert.Equal(s_numbers[..8], await TextsAsync("a = :a AND n < :n", "1"));
        Assert.Equal(s_numbers[..9], await TextsAsync("a = :a AND n <= :n", "1"));
        Assert.Equal(s_numbers[9..], await TextsAsync("a = :a AND n > :n", "1"));
        Assert.Equal(s_numbers[8..], await TextsAsync("a = :a AND :n <= n", "1"));
        Assert.Equal(["10"], await TextsAsync("a = :a AND n = :n", "1.0e1"));
        Assert.Equal(["-1.5", "-1", "-0.001", "0"], await TextsAsync("a = :a AND n BETWEEN :n AND :m", "-1.5", "0"));

        async Task<IEnumerable<string>> TextsAsync(
            string condition,
            string? n = null,
            string? m = null,
            bool forward = true
        )
        {
            var values = Item((":a", S("k")));
            if (n is not null)
                values[":n"] = N(n);
            if (m is not null)
                values[":m"] = N(m);
            var answer = await server.Client.QueryAsync(
                new()
                {
                    TableName = "t_1",
                    KeyConditionExpression = condition,
                    ExpressionAttributeValues = values,
                    ScanIndexForward = forward,
                }
            );
            return answer.Items.Select(item => item["text"].S);
        }
    }

    [Fact]
    public async Task Queries_can_be_paged_in_both_directions()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a", "b");
        for (var i = 0; i < 25; i++)
            await server.Client.PutItemAsync("t_1", Item(("a", S("k")), ("b", S($"{i:D2}")), ("even", N((i + 1) % 2))));
        foreach (var forward in new[] { true, false })
        {
            var (read, scanned) = (new List<string>(), 0);
            Dictionary<string, AttributeValue>? start = null;
            do
            {
                var page = await server.Client.QueryAsync(
                    new()
                    {
                        TableName = "t_1",
                        KeyConditionExpression = "a = :a",
                        FilterExpression = "even = :one",
                        ExpressionAttributeValues = Item((":a", S("k")), (":one", N(1))),
                        Limit = 4,
                        ScanIndexForward = forward,
                        ExclusiveStartKey = start,
                    }
                );
                read.AddRange((page.Items ?? []).Select(item => item["b"].S));
                scanned += page.ScannedCount!.Value;
                start = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
            } while (start is not null);
            var expected = Enumerable.Range(0, 13).Select(i => (2 * i).ToString("D2", CultureInfo.InvariantCulture));
            Assert.Equal(forward ? expected : expected.Reverse(), read);
            Assert.Equal(25, scanned);
        }
    }

    [Fact]
    public async Task Page_ends_at_1_MB()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a", "b");
        for (var i = 0; i < 6; i++)
            await server.Client.PutItemAsync(
                "t_1",
                Item(("a", S("k")), ("b", S($"{i}")), ("x", S(new string('x', 300_000))))
            );
        var page = await server.Client.QueryAsync(
            new()
            {
                TableName = "t_1",
                KeyConditionExpression = "a = :a",
                ExpressionAttributeValues = Item((":a", S("k"))),
                Select = Select.COUNT,
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            }
        );
        Assert.Equal(4, page.Count);
        Assert.Equal("3", page.LastEvaluatedKey["b"].S);
        Assert.Equal(Math.Ceiling(4 * (300_000 + 4) / 4096.0) / 2, page.ConsumedCapacity.CapacityUnits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Segments_of_a_scan_return_every_item_once(int segments)
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        for (var i = 0; i < 100; i += 25)
            await server.Client.BatchWriteItemAsync(
                new Dictionary<string, List<WriteRequest>>
                {
                    ["t_1"] =
                    [
                        .. Enumerable
                            .Range(i, 25)
                            .Select(n => new WriteRequest(new PutRequest(Item(("a", S($"{n}")))))),
                    ],
                }
            );
        var read = new List<string>();
        for (var segment = 0; segment < segments; segment++)
        {
            Dictionary<string, AttributeValue>? start = null;
            do
            {
                var page = await server.Client.ScanAsync(
                    new ScanRequest("t_1")
                    {
                        Segment = segment,
                        TotalSegments = segments,
                        Limit = 7,
                        ExclusiveStartKey = start,
                    }
                );
                read.AddRange((page.Items ?? []).Select(item => item["a"].S));
                start = page.LastEvaluatedKey is { Count: > 0 } last ? last : null;
            } while (start is not null);
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{n}").Order(), read.Order());
    }

    [Fact]
    public async Task Binary_values_and_strings_with_zero_bytes_sort_correctly()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a", "b");
        string[] keys =
        [
            "\0",
            "\0\0",
            "\0\u0001",
            "\u0001",
            "a",
            "a\0",
            "a\0\0",
            "a\0b",
            "a\u0001",
            "aa",
            "é",
            "\uffff",
            "😀",
        ];
        foreach (var key in keys.Reverse())
            await server.Client.PutItemAsync("t_1", Item(("a", S("k")), ("b", S(key))));
        var all = await server.Client.QueryAsync(
            new()
            {
                TableName = "t_1",
                KeyConditionExpression = "a = :a",
                ExpressionAttributeValues = Item((":a", S("k"))),
            }
        );
        Assert.Equal(keys, all.Items.Select(item => item["b"].S));
        var prefixed = await server.Client.QueryAsync(
            new()
            {
                TableName = "t_1",
                KeyConditionExpression = "a = :a AND begins_with(b, :b)",
                ExpressionAttributeValues = Item((":a", S("k")), (":b", S("a\0"))),
            }
        );
        Assert.Equal(["a\0", "a\0\0", "a\0b"], prefixed.Items.Select(item => item["b"].S));
    }
}
