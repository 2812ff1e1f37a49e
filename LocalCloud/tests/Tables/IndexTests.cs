using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests that secondary indexes follow their table.</summary>
[SystemTest]
public sealed class IndexTests
{
    [Theory]
    [InlineData("ALL", "id,kind,name,points")]
    [InlineData("KEYS_ONLY", "id,kind,points")]
    [InlineData("INCLUDE", "id,kind,name,points")]
    public async Task Global_index_has_the_projected_attributes_of_items_with_its_keys(
        string projection,
        string expected
    )
    {
        await using var server = await TableServer.StartAsync();
        await CreateAsync(
            server,
            new() { ProjectionType = projection, NonKeyAttributes = projection is "INCLUDE" ? ["name"] : null }
        );
        await server.Client.PutItemAsync(
            "t_1",
            Item(("id", S("1")), ("kind", S("k")), ("points", N(2)), ("name", S("n")))
        );
        await server.Client.PutItemAsync("t_1", Item(("id", S("2")), ("kind", S("k")), ("name", S("no points"))));
        await server.Client.PutItemAsync(
            "t_1",
            Item(("id", S("3")), ("kind", S("k")), ("points", N(1)), ("name", S("m")))
        );
        var items = await KindAsync(server, "k");
        Assert.Equal(["3", "1"], items.Select(item => item["id"].S));
        Assert.All(items, item => Assert.Equal(expected, string.Join(',', item.Keys.Order())));

        // Changes move, change and remove entries.
        await UpdateAsync(server, "3", "SET points = :v", N(7));
        Assert.Equal(["1", "3"], (await KindAsync(server, "k")).Select(item => item["id"].S));
        await UpdateAsync(server, "1", "SET kind = :v", S("other"));
        Assert.Equal(["3"], (await KindAsync(server, "k")).Select(item => item["id"].S));
        await server.Client.DeleteItemAsync("t_1", Item(("id", S("3"))));
        Assert.Empty(await KindAsync(server, "k"));
        await server.RestartAsync();
        Assert.Equal(["1"], (await KindAsync(server, "other")).Select(item => item["id"].S));
    }

    [Fact]
    public async Task New_index_is_filled_while_items_change()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "id");
        for (var i = 0; i < 200; i++)
            await server.Client.PutItemAsync("t_1", Item(("id", S($"{i}")), ("kind", S("k")), ("points", N(i))));
        var updated = await server.Client.UpdateTableAsync(
            new()
            {
                TableName = "t_1",
                AttributeDefinitions = [new("kind", ScalarAttributeType.S), new("points", ScalarAttributeType.N)],
                GlobalSecondaryIndexUpdates =
                [
                    new()
                    {
                        Create = new()
                        {
                            IndexName = "by_kind",
                            KeySchema = [new("kind", KeyType.HASH), new("points", KeyType.RANGE)],
                            Projection = new() { ProjectionType = ProjectionType.ALL },
                        },
                    },
                ],
            }
        );
        Assert.Equal(IndexStatus.CREATING, updated.TableDescription.GlobalSecondaryIndexes[0].IndexStatus);
        for (var i = 0; i < 200; i += 2)
            await UpdateAsync(server, $"{i}", "SET points = points + :v", N(1000));
        await Wait.UntilAsync(async () =>
            (await server.Client.DescribeTableAsync("t_1")).Table.GlobalSecondaryIndexes[0].IndexStatus
            == IndexStatus.ACTIVE
        );
        var points = (await KindAsync(server, "k")).Select(item => int.Parse(item["points"].N));
        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? i + 1000 : i).Order(), points);

        await server.Client.UpdateTableAsync(
            new()
            {
                TableName = "t_1",
                GlobalSecondaryIndexUpdates = [new() { Delete = new() { IndexName = "by_kind" } }],
            }
        );
        var missing = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => KindAsync(server, "k"));
        Assert.Equal("The table does not have the specified index: by_kind", missing.Message);
    }

    [Fact]
    public async Task Index_keys_must_have_the_defined_type()
    {
        await using var server = await TableServer.StartAsync();
        await CreateAsync(server, new() { ProjectionType = ProjectionType.KEYS_ONLY });
        var put = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.PutItemAsync("t_1", Item(("id", S("1")), ("points", S("x"))))
        );
        Assert.Contains(
            "Type mismatch for Index Key points Expected: N Actual: S",
            put.Message,
            StringComparison.Ordinal
        );
        await server.Client.PutItemAsync("t_1", Item(("id", S("1")), ("kind", S("k")), ("points", N(1))));
        await Assert.ThrowsAsync<AmazonDynamoDBException>(() => UpdateAsync(server, "1", "SET kind = :v", S("")));
        Assert.Single(await KindAsync(server, "k"));
    }

    [Fact]
    public async Task Consumed_capacity_includes_the_units_of_each_index()
    {
        await using var server = await TableServer.StartAsync();
        await CreateAsync(server, new() { ProjectionType = ProjectionType.ALL });
        var put = await server.Client.PutItemAsync(
            new()
            {
                TableName = "t_1",
                Item = Item(("id", S("1")), ("kind", S("k")), ("points", N(1)), ("text", S(new string('x', 1500)))),
                ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
            }
        );
        Assert.Equal((4, 2), (put.ConsumedCapacity.CapacityUnits, put.ConsumedCapacity.Table.CapacityUnits));
        Assert.Equal(2, put.ConsumedCapacity.GlobalSecondaryIndexes["by_kind"].CapacityUnits);
    }

    private static Task CreateAsync(TableServer server, Projection projection) =>
        server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "t_1",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions =
                [
                    new("id", ScalarAttributeType.S),
                    new("kind", ScalarAttributeType.S),
                    new("points", ScalarAttributeType.N),
                ],
                KeySchema = [new("id", KeyType.HASH)],
                GlobalSecondaryIndexes =
                [
                    new()
                    {
                        IndexName = "by_kind",
                        KeySchema = [new("kind", KeyType.HASH), new("points", KeyType.RANGE)],
                        Projection = projection,
                    },
                ],
            }
        );

    private static async Task<List<Dictionary<string, AttributeValue>>> KindAsync(TableServer server, string kind) =>
        (
            await server.Client.QueryAsync(
                new()
                {
                    TableName = "t_1",
                    IndexName = "by_kind",
                    KeyConditionExpression = "kind = :k",
                    ExpressionAttributeValues = Item((":k", S(kind))),
                }
            )
        ).Items
        ?? [];

    private static Task UpdateAsync(TableServer server, string id, string expression, AttributeValue value) =>
        server.Client.UpdateItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Item(("id", S(id))),
                UpdateExpression = expression,
                ExpressionAttributeValues = Item((":v", value)),
            }
        );
}
