using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests that transactions change all of their items or none.</summary>
[SystemTest]
public sealed class TransactionTests
{
    [Fact]
    public async Task All_parts_are_written_together()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync("t_1", Item(("a", S("deleted"))));
        await server.Client.PutItemAsync("t_1", Item(("a", S("checked")), ("open", new() { BOOL = true })));
        await server.Client.TransactWriteItemsAsync(
            new()
            {
                TransactItems =
                [
                    new()
                    {
                        Put = new() { TableName = "t_1", Item = Item(("a", S("put"))) },
                    },
                    Add("updated", 1),
                    new()
                    {
                        Delete = new() { TableName = "t_1", Key = Item(("a", S("deleted"))) },
                    },
                    new()
                    {
                        ConditionCheck = new()
                        {
                            TableName = "t_1",
                            Key = Item(("a", S("checked"))),
                            ConditionExpression = "attribute_exists(#o)",
                            ExpressionAttributeNames = new() { ["#o"] = "open" },
                        },
                    },
                ],
            }
        );
        var read = await server.Client.TransactGetItemsAsync(
            new()
            {
                TransactItems =
                [
                    .. new[] { "put", "updated", "deleted" }.Select(key => new TransactGetItem
                    {
                        Get = new() { TableName = "t_1", Key = Item(("a", S(key))) },
                    }),
                ],
            }
        );
        Assert.Equal("put", read.Responses[0].Item["a"].S);
        Assert.Equal("1", read.Responses[1].Item["n"].N);
        Assert.Empty(read.Responses[2].Item ?? []);
    }

    [Fact]
    public async Task One_failed_condition_cancels_the_transaction_and_is_reported()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync("t_1", Item(("a", S("1")), ("v", N(5))));
        var cancelled = await Assert.ThrowsAsync<TransactionCanceledException>(() =>
            server.Client.TransactWriteItemsAsync(
                new()
                {
                    TransactItems =
                    [
                        Add("2", 1),
                        new()
                        {
                            Put = new()
                            {
                                TableName = "t_1",
                                Item = Item(("a", S("1"))),
                                ConditionExpression = "attribute_not_exists(a)",
                                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
                            },
                        },
                    ],
                }
            )
        );
        Assert.Equal(["None", "ConditionalCheckFailed"], cancelled.CancellationReasons.Select(reason => reason.Code));
        Assert.Equal("5", cancelled.CancellationReasons[1].Item["v"].N);
        Assert.Equal(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
                + "ConditionalCheckFailed]",
            cancelled.Message
        );
        Assert.False((await server.Client.GetItemAsync("t_1", Item(("a", S("2"))))).IsItemSet);
    }

    [Fact]
    public async Task Repeated_token_changes_nothing_for_ten_minutes_even_after_a_restart()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await TableServer.StartAsync(builder =>
            builder.Services.AddSingleton<TimeProvider>(time)
        );
        await server.CreateTableAsync("t_1", "a");
        await AddAsync(1);
        await AddAsync(1);
        await server.RestartAsync();
        await AddAsync(1);
        Assert.Equal("1", await NumberAsync());
        await Assert.ThrowsAsync<IdempotentParameterMismatchException>(() => AddAsync(2));
        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await AddAsync(2);
        Assert.Equal("3", await NumberAsync());

        Task AddAsync(int number) =>
            server.Client.TransactWriteItemsAsync(
                new() { ClientRequestToken = "token", TransactItems = [Add("1", number)] }
            );

        async Task<string> NumberAsync() => (await server.Client.GetItemAsync("t_1", Item(("a", S("1"))))).Item["n"].N;
    }

    [Fact]
    public async Task A_transaction_can_include_an_item_only_once()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var rejected = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.TransactWriteItemsAsync(new() { TransactItems = [Add("1", 1), Add("1", 2)] })
        );
        Assert.Equal("Transaction request cannot include multiple operations on one item", rejected.Message);
    }

    [Fact]
    public async Task Transfers_between_accounts_keep_the_sum()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        for (var account = 0; account < 4; account++)
            await server.Client.PutItemAsync("t_1", Item(("a", S($"{account}")), ("n", N(100))));
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async worker =>
                {
                    var random = new Random(worker);
                    for (var i = 0; i < 25; i++)
                    {
                        var (from, to) = (random.Next(4), random.Next(3));
                        to += to >= from ? 1 : 0;
                        await server.Client.TransactWriteItemsAsync(
                            new() { TransactItems = [Add($"{from}", -1), Add($"{to}", 1)] }
                        );
                        var read = await server.Client.TransactGetItemsAsync(
                            new()
                            {
                                TransactItems =
                                [
                                    .. Enumerable
                                        .Range(0, 4)
                                        .Select(account => new TransactGetItem
                                        {
                                            Get = new() { TableName = "t_1", Key = Item(("a", S($"{account}"))) },
                                        }),
                                ],
                            }
                        );
                        Assert.Equal(400, read.Responses.Sum(answer => int.Parse(answer.Item["n"].N)));
                    }
                })
        );
    }

    private static TransactWriteItem Add(string key, int number) =>
        new()
        {
            Update = new()
            {
                TableName = "t_1",
                Key = Item(("a", S(key))),
                UpdateExpression = "ADD n :n",
                ExpressionAttributeValues = Item((":n", N(number))),
            },
        };
}
