using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests putting, reading, updating and deleting items of all types.</summary>
[SystemTest]
public sealed class ItemTests
{
    [Fact]
    public async Task All_types_are_read_back_unchanged_even_after_a_restart()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var item = Item(
            ("a", S("ключ")),
            ("s", S("")),
            ("n", N("-0.00012300e3")),
            ("b", new() { B = new([0, 255, 128]) }),
            ("yes", new() { BOOL = true }),
            ("no", new() { BOOL = false }),
            ("nul", new() { NULL = true }),
            ("ss", Strings("x", "y")),
            ("ns", Numbers("1", "2.50")),
            ("bs", new() { BS = [new([1]), new([2])] }),
            ("l", List(S("x"), N(1), Map(("k", List(S("deep")))))),
            ("m", Map(("b", S("2")), ("a", S("1"))))
        );
        await server.Client.PutItemAsync("t_1", item);
        await server.RestartAsync();
        var read = (await server.Client.GetItemAsync("t_1", Item(("a", S("ключ"))), consistentRead: true)).Item;
        Assert.Equal(item.Keys.Order(), read.Keys.Order());
        Assert.Equal("", read["s"].S);
        Assert.Equal("-0.123", read["n"].N);
        Assert.Equal([0, 255, 128], read["b"].B.ToArray());
        Assert.Equal((true, false, true), (read["yes"].BOOL, read["no"].BOOL, read["nul"].NULL));
        Assert.Equal(["x", "y"], read["ss"].SS);
        Assert.Equal(["1", "2.5"], read["ns"].NS);
        Assert.Equal([1, 2], read["bs"].BS.Select(bytes => (int)bytes.ToArray()[0]));
        Assert.Equal("deep", read["l"].L[2].M["k"].L[0].S);
        Assert.Equal(("1", "2"), (read["m"].M["a"].S, read["m"].M["b"].S));
    }

    [Fact]
    public async Task Reading_a_missing_item_returns_no_item()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var answer = await server.Client.GetItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Item(("a", S("none"))),
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            }
        );
        Assert.False(answer.IsItemSet);
        Assert.Equal(0.5, answer.ConsumedCapacity.CapacityUnits);
    }

    [Theory]
    [InlineData("NONE", "")]
    [InlineData("ALL_OLD", "a=1 n=1 x=old")]
    [InlineData("UPDATED_OLD", "n=1")]
    [InlineData("ALL_NEW", "a=1 n=2 x=old")]
    [InlineData("UPDATED_NEW", "n=2")]
    public async Task Update_returns_the_requested_values(string returnValues, string expected)
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync("t_1", Item(("a", S("1")), ("n", N(1)), ("x", S("old"))));
        var answer = await server.Client.UpdateItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Item(("a", S("1"))),
                UpdateExpression = "ADD n :one",
                ExpressionAttributeValues = Item((":one", N(1))),
                ReturnValues = returnValues,
            }
        );
        var attributes = answer.Attributes ?? [];
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                attributes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value.S ?? pair.Value.N}")
            )
        );
    }

    [Fact]
    public async Task Failed_condition_changes_nothing_and_returns_the_item_on_request()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync("t_1", Item(("a", S("1")), ("v", N(3))));
        var failed = await Assert.ThrowsAsync<ConditionalCheckFailedException>(() =>
            server.Client.DeleteItemAsync(
                new()
                {
                    TableName = "t_1",
                    Key = Item(("a", S("1"))),
                    ConditionExpression = "v = :v",
                    ExpressionAttributeValues = Item((":v", N(2))),
                    ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                }
            )
        );
        Assert.Equal("3", failed.Item["v"].N);
        Assert.Equal("3", (await server.Client.GetItemAsync("t_1", Item(("a", S("1"))))).Item["v"].N);
    }

    [Fact]
    public async Task Concurrent_updates_of_an_item_are_serialized()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    for (var i = 0; i < 50; i++)
                    {
                        await server.Client.UpdateItemAsync(
                            new()
                            {
                                TableName = "t_1",
                                Key = Item(("a", S("counter"))),
                                UpdateExpression = "SET seen = list_append(if_not_exists(seen, :none), :l) ADD n :one",
                                ExpressionAttributeValues = Item((":one", N(1)), (":none", Empty), (":l", List(N(i)))),
                            }
                        );
                    }
                })
        );
        var item = (await server.Client.GetItemAsync("t_1", Item(("a", S("counter"))))).Item;
        Assert.Equal("400", item["n"].N);
        Assert.Equal(400, item["seen"].L.Count);
    }

    [Fact]
    public async Task Updates_change_documents_by_path()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync(
            "t_1",
            Item(
                ("a", S("1")),
                ("l", List(N(0), N(1), N(2), N(3))),
                ("m", Map(("k", S("v")), ("part", Map(("x", N(1))))))
            )
        );
        var changed = await server.Client.UpdateItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Item(("a", S("1"))),
                // Indexes refer to the list before the update; an index beyond the end appends.
                UpdateExpression = "REMOVE l[0], l[2] SET l[9] = :b, l[8] = :a, m.#k = :a ADD m.part.x :n",
                ExpressionAttributeNames = new() { ["#k"] = "k.with.dots" },
                ExpressionAttributeValues = Item((":a", S("a")), (":b", S("b")), (":n", N("0.5"))),
                ReturnValues = ReturnValue.ALL_NEW,
            }
        );
        Assert.Equal(["1", "3", "a", "b"], changed.Attributes["l"].L.Select(value => value.N ?? value.S));
        Assert.Equal("a", changed.Attributes["m"].M["k.with.dots"].S);
        Assert.Equal("1.5", changed.Attributes["m"].M["part"].M["x"].N);
    }

    [Fact]
    public async Task Projection_returns_parts_of_documents()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync(
            "t_1",
            Item(
                ("a", S("1")),
                ("l", List(N(0), N(1), Map(("q", N(2)), ("r", N(3))))),
                ("m", Map(("k", S("v")), ("o", S("w"))))
            )
        );
        var read = await server.Client.GetItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Item(("a", S("1"))),
                ProjectionExpression = "l[2].q, l[0], m.k, m.absent.deep, #none",
                ExpressionAttributeNames = new() { ["#none"] = "none" },
            }
        );
        Assert.Equal(["l", "m"], read.Item.Keys.Order());
        Assert.Equal("0", read.Item["l"].L[0].N);
        Assert.Equal(["q"], read.Item["l"].L[1].M.Keys);
        Assert.Equal(["k"], read.Item["m"].M.Keys);
    }

    [Fact]
    public async Task Items_are_limited_to_400_KB()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var fits = new string('x', 400 * 1024 - "a1b".Length);
        await server.Client.PutItemAsync("t_1", Item(("a", S("1")), ("b", S(fits))));
        var rejected = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.PutItemAsync("t_1", Item(("a", S("1")), ("b", S(fits + "x"))))
        );
        Assert.Equal("Item size has exceeded the maximum allowed size", rejected.Message);
        var update = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.UpdateItemAsync(
                new()
                {
                    TableName = "t_1",
                    Key = Item(("a", S("1"))),
                    UpdateExpression = "SET c = :c",
                    ExpressionAttributeValues = Item((":c", S("x"))),
                }
            )
        );
        Assert.Equal("Item size to update has exceeded the maximum allowed size", update.Message);
    }

    private static AttributeValue Empty => new() { L = [], IsLSet = true };
}
