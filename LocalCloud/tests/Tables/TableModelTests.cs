using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CsCheck;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>
/// Compares a table and its indexes with a dictionary after random writes and restarts.
/// </summary>
[SystemTest]
public sealed class TableModelTests
{
    private enum Operation
    {
        Put,
        PutNew,
        Delete,
        Add,
        SetKind,
        RemoveKind,
        Transact,
        BatchPut,
        Restart,
    }

    private static readonly Gen<(Operation Operation, int Key, int Other, int Value)[]> s_operations = Gen.Select(
        Gen.Frequency((8, Gen.Enum<Operation>()), (4, Gen.Const(Operation.Put)), (4, Gen.Const(Operation.SetKind))),
        Gen.Int[0, 5],
        Gen.Int[0, 5],
        Gen.Int[0, 3]
    ).Array[1, 40];

    [Fact]
    public async Task Tables_and_indexes_match_a_dictionary()
    {
        await s_operations.SampleAsync(
            async operations =>
            {
                await using var server = await TableServer.StartAsync();
                await CreateAsync(server);
                var model = new SortedDictionary<int, Row>();
                foreach (var step in operations)
                    await ApplyAsync(server, model, step);
                await CompareAsync(server, model);
                await server.RestartAsync();
                await CompareAsync(server, model);
            },
            iter: 12,
            threads: 1
        );
    }

    /// <summary>The expected content of an item.</summary>
    /// <param name="Number">A counter, which each item has.</param>
    /// <param name="Kind">The key of the index; null if the item lacks it.</param>
    private sealed record Row(int Number, string? Kind);

    private static async Task ApplyAsync(
        TableServer server,
        SortedDictionary<int, Row> model,
        (Operation Operation, int Key, int Other, int Value) step
    )
    {
        var (operation, key, other, value) = step;
        var row = model.GetValueOrDefault(key);
        switch (operation)
        {
            case Operation.Put or Operation.BatchPut:
                model[key] = new(value, $"kind{value % 2}");
                if (operation is Operation.Put)
                    await server.Client.PutItemAsync("t_1", Item(key, model[key]));
                else
                    await server.Client.BatchWriteItemAsync(
                        new Dictionary<string, List<WriteRequest>>
                        {
                            ["t_1"] = [new(new PutRequest(Item(key, model[key])))],
                        }
                    );
                break;
            case Operation.PutNew:
                var isNew = await SucceedsAsync(() =>
                    server.Client.PutItemAsync(
                        new()
                        {
                            TableName = "t_1",
                            Item = Item(key, new(value, null)),
                            ConditionExpression = "attribute_not_exists(id)",
                        }
                    )
                );
                Assert.Equal(row is null, isNew);
                if (isNew)
                    model[key] = new(value, null);
                break;
            case Operation.Delete:
                var deleted = await server.Client.DeleteItemAsync("t_1", Key(key), ReturnValue.ALL_OLD);
                Assert.Equal(row?.Number.ToString(), deleted.Attributes?.GetValueOrDefault("n")?.N);
                model.Remove(key);
                break;
            case Operation.Add:
                await UpdateAsync(server, key, "ADD n :v", N(value));
                model[key] = new((row?.Number ?? 0) + value, row?.Kind);
                break;
            case Operation.SetKind:
                await UpdateAsync(
                    server,
                    key,
                    "SET kind = :v, n = if_not_exists(n, :zero)",
                    S($"kind{value}"),
                    zero: true
                );
                model[key] = new(row?.Number ?? 0, $"kind{value}");
                break;
            case Operation.RemoveKind:
                await UpdateAsync(server, key, "REMOVE kind ADD n :v", N(0));
                model[key] = new(row?.Number ?? 0, null);
                break;
            case Operation.Transact when key != other:
                var moved = await SucceedsAsync(() => MoveAsync(server, key, other, value));
                Assert.Equal(row is not null && row.Number >= value, moved);
                if (moved)
                {
                    model[key] = row! with { Number = row.Number - value };
                    var target = model.GetValueOrDefault(other);
                    model[other] = new((target?.Number ?? 0) + value, target?.Kind);
                }
                break;
            case Operation.Restart:
                await server.RestartAsync();
                break;
        }
    }

    private static async Task CompareAsync(TableServer server, SortedDictionary<int, Row> model)
    {
        var items = (await server.Client.ScanAsync(new ScanRequest("t_1"))).Items ?? [];
        Assert.Equal(model.Select(row => Describe(row.Key, row.Value)), items.Select(Describe).Order());
        foreach (var kind in new[] { "kind0", "kind1", "kind2", "kind3" })
        {
            var entries = await server.Client.QueryAsync(
                new()
                {
                    TableName = "t_1",
                    IndexName = "by_kind",
                    KeyConditionExpression = "kind = :k",
                    ExpressionAttributeValues = Values.Item((":k", S(kind))),
                }
            );
            var expected = model
                .Where(row => row.Value.Kind == kind)
                .OrderBy(row => row.Value.Number)
                .Select(row => row.Value.Number);
            Assert.Equal(expected, (entries.Items ?? []).Select(item => int.Parse(item["n"].N)));
        }
    }

    private static Task<CreateTableResponse> CreateAsync(TableServer server) =>
        server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "t_1",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions =
                [
                    new("id", ScalarAttributeType.N),
                    new("kind", ScalarAttributeType.S),
                    new("n", ScalarAttributeType.N),
                ],
                KeySchema = [new("id", KeyType.HASH)],
                GlobalSecondaryIndexes =
                [
                    new()
                    {
                        IndexName = "by_kind",
                        KeySchema = [new("kind", KeyType.HASH), new("n", KeyType.RANGE)],
                        Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY },
                    },
                ],
            }
        );

    private static Task MoveAsync(TableServer server, int from, int to, int value) =>
        server.Client.TransactWriteItemsAsync(
            new()
            {
                TransactItems =
                [
                    new()
                    {
                        Update = new()
                        {
                            TableName = "t_1",
                            Key = Key(from),
                            UpdateExpression = "SET n = n - :v",
                            ConditionExpression = "n >= :v",
                            ExpressionAttributeValues = Values.Item((":v", N(value))),
                        },
                    },
                    new()
                    {
                        Update = new()
                        {
                            TableName = "t_1",
                            Key = Key(to),
                            UpdateExpression = "ADD n :v",
                            ExpressionAttributeValues = Values.Item((":v", N(value))),
                        },
                    },
                ],
            }
        );

    private static async Task<bool> SucceedsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception error) when (error is ConditionalCheckFailedException or TransactionCanceledException)
        {
            return false;
        }
    }

    private static Task UpdateAsync(
        TableServer server,
        int key,
        string expression,
        AttributeValue value,
        bool zero = false
    )
    {
        var values = Values.Item((":v", value));
        if (zero)
            values[":zero"] = N(0);
        return server.Client.UpdateItemAsync(
            new()
            {
                TableName = "t_1",
                Key = Key(key),
                UpdateExpression = expression,
                ExpressionAttributeValues = values,
            }
        );
    }

    private static Dictionary<string, AttributeValue> Key(int key) => Values.Item(("id", N(key)));

    private static Dictionary<string, AttributeValue> Item(int key, Row row)
    {
        var item = Values.Item(("id", N(key)), ("n", N(row.Number)));
        if (row.Kind is not null)
            item["kind"] = S(row.Kind);
        return item;
    }

    private static string Describe(int key, Row row) => $"{key} {row.Number} {row.Kind}";

    private static string Describe(Dictionary<string, AttributeValue> item) =>
        $"{item["id"].N} {item["n"].N} {item.GetValueOrDefault("kind")?.S}";
}
