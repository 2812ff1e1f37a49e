using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Runs examples of the Amazon DynamoDB Developer Guide and expects the results that it prints.</summary>
[SystemTest]
public sealed class DeveloperGuideTests
{
    /// <summary>"Getting started": Music.</summary>
    [Fact]
    public async Task Music_table_can_be_written_read_updated_and_queried()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("Music", "Artist", "SongTitle");
        foreach (
            var (artist, song, album, awards) in new[]
            {
                ("No One You Know", "Call Me Today", "Somewhat Famous", 1),
                ("No One You Know", "Howdy", "Somewhat Famous", 2),
                ("Acme Band", "Happy Day", "Songs About Life", 10),
                ("Acme Band", "PartiQL Rocks", "Another Album Title", 8),
            }
        )
            await server.Client.PutItemAsync(
                "Music",
                Item(("Artist", S(artist)), ("SongTitle", S(song)), ("AlbumTitle", S(album)), ("Awards", N(awards)))
            );
        var key = Item(("Artist", S("Acme Band")), ("SongTitle", S("Happy Day")));
        Assert.Equal("Songs About Life", (await server.Client.GetItemAsync("Music", key, true)).Item["AlbumTitle"].S);
        var updated = await server.Client.UpdateItemAsync(
            new()
            {
                TableName = "Music",
                Key = key,
                UpdateExpression = "SET AlbumTitle = :newval",
                ExpressionAttributeValues = Item((":newval", S("Updated Album Title"))),
                ReturnValues = ReturnValue.ALL_NEW,
            }
        );
        Assert.Equal("Updated Album Title", updated.Attributes["AlbumTitle"].S);
        var queried = await server.Client.QueryAsync(
            new()
            {
                TableName = "Music",
                KeyConditionExpression = "Artist = :name",
                ExpressionAttributeValues = Item((":name", S("Acme Band"))),
            }
        );
        Assert.Equal(["Happy Day", "PartiQL Rocks"], queried.Items.Select(item => item["SongTitle"].S));
    }

    /// <summary>"Update expressions": ProductCatalog item 789.</summary>
    [Fact]
    public async Task Every_kind_of_update_changes_the_product()
    {
        await using var server = await TableServer.StartAsync();
        await server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "ProductCatalog",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions = [new("Id", ScalarAttributeType.N)],
                KeySchema = [new("Id", KeyType.HASH)],
            }
        );
        await server.Client.PutItemAsync(
            "ProductCatalog",
            Item(
                ("Id", N(789)),
                ("ProductCategory", S("Home Improvement")),
                ("Price", N(52)),
                ("InStock", new() { BOOL = true }),
                ("Brand", S("Acme"))
            )
        );

        var item = await UpdateAsync(
            "SET RelatedItems = :ri, ProductReviews = :pr",
            (":ri", List(S("Hammer"))),
            (":pr", Map(("FiveStar", List(S("Best product ever!")))))
        );
        Assert.Equal("Hammer", item["RelatedItems"].L[0].S);
        item = await UpdateAsync("SET RelatedItems[1] = :ri", (":ri", S("Nails")));
        Assert.Equal(["Hammer", "Nails"], item["RelatedItems"].L.Select(value => value.S));
        item = await UpdateAsync("SET Price = Price - :p", (":p", N(15)));
        Assert.Equal("37", item["Price"].N);
        item = await UpdateAsync(
            "SET RelatedItems = list_append(:vals, RelatedItems)",
            (":vals", List(S("Screwdriver"), S("Hacksaw")))
        );
        Assert.Equal(["Screwdriver", "Hacksaw", "Hammer", "Nails"], item["RelatedItems"].L.Select(value => value.S));
        item = await UpdateAsync("SET Price = if_not_exists(Price, :p)", (":p", N(100)));
        Assert.Equal("37", item["Price"].N);
        item = await UpdateAsync("REMOVE RelatedItems[1], RelatedItems[2]");
        Assert.Equal(["Screwdriver", "Nails"], item["RelatedItems"].L.Select(value => value.S));
        item = await UpdateAsync("ADD QuantityOnHand :q", (":q", N(5)));
        Assert.Equal("5", item["QuantityOnHand"].N);
        item = await UpdateAsync("ADD Color :c", (":c", Strings("Orange", "Purple")));
        item = await UpdateAsync("ADD Color :c", (":c", Strings("Yellow", "Green", "Blue")));
        Assert.Equal(["Blue", "Green", "Orange", "Purple", "Yellow"], item["Color"].SS.Order());
        item = await UpdateAsync("DELETE Color :p", (":p", Strings("Yellow", "Purple")));
        Assert.Equal(["Blue", "Green", "Orange"], item["Color"].SS.Order());
        item = await UpdateAsync("SET Price = Price - :p REMOVE InStock", (":p", N(15)));
        Assert.Equal(("22", false), (item["Price"].N, item.ContainsKey("InStock")));

        // "Condition expressions": only products of two categories and below a price.
        var priced = await Assert.ThrowsAsync<ConditionalCheckFailedException>(() =>
            server.Client.DeleteItemAsync(
                new()
                {
                    TableName = "ProductCatalog",
                    Key = Item(("Id", N(789))),
                    ConditionExpression = "(ProductCategory IN (:cat1, :cat2)) and (Price between :lo and :hi)",
                    ExpressionAttributeValues = Item(
                        (":cat1", S("Sporting Goods")),
                        (":cat2", S("Gardening Supplies")),
                        (":lo", N(500)),
                        (":hi", N(600))
                    ),
                }
            )
        );
        Assert.Equal("The conditional request failed", priced.Message);

        async Task<Dictionary<string, AttributeValue>> UpdateAsync(
            string expression,
            params (string, AttributeValue)[] values
        ) =>
            (
                await server.Client.UpdateItemAsync(
                    new()
                    {
                        TableName = "ProductCatalog",
                        Key = Item(("Id", N(789))),
                        UpdateExpression = expression,
                        ExpressionAttributeValues = values is [] ? null : Item(values),
                        ReturnValues = ReturnValue.ALL_NEW,
                    }
                )
            ).Attributes;
    }

    /// <summary>"Local secondary indexes": Thread with LastPostIndex.</summary>
    [Fact]
    public async Task Threads_can_be_queried_by_their_last_post()
    {
        await using var server = await TableServer.StartAsync();
        await server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "Thread",
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions =
                [
                    new("ForumName", ScalarAttributeType.S),
                    new("Subject", ScalarAttributeType.S),
                    new("LastPostDateTime", ScalarAttributeType.S),
                ],
                KeySchema = [new("ForumName", KeyType.HASH), new("Subject", KeyType.RANGE)],
                LocalSecondaryIndexes =
                [
                    new()
                    {
                        IndexName = "LastPostIndex",
                        KeySchema = [new("ForumName", KeyType.HASH), new("LastPostDateTime", KeyType.RANGE)],
                        Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY },
                    },
                ],
            }
        );
        foreach (
            var (forum, subject, at, replies) in new[]
            {
                ("S3", "aaa", "2015-03-15:17:24:31", 12),
                ("S3", "bbb", "2015-01-22:23:18:01", 3),
                ("S3", "ccc", "2015-02-31:13:14:21", 4),
                ("S3", "ddd", "2015-01-03:09:21:11", 9),
                ("EC2", "yyy", "2015-02-12:11:07:56", 18),
                ("EC2", "zzz", "2015-01-18:07:33:42", 0),
            }
        )
            await server.Client.PutItemAsync(
                "Thread",
                Item(
                    ("ForumName", S(forum)),
                    ("Subject", S(subject)),
                    ("LastPostDateTime", S(at)),
                    ("Replies", N(replies))
                )
            );
        var request = new QueryRequest
        {
            TableName = "Thread",
            IndexName = "LastPostIndex",
            ConsistentRead = true,
            KeyConditionExpression = "ForumName = :name AND LastPostDateTime > :after",
            ExpressionAttributeValues = Item((":name", S("S3")), (":after", S("2015-01-31"))),
            ScanIndexForward = false,
            ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
        };
        var keys = await server.Client.QueryAsync(request);
        Assert.Equal(["aaa", "ccc"], keys.Items.Select(item => item["Subject"].S));
        Assert.All(keys.Items, item => Assert.False(item.ContainsKey("Replies")));

        // Attributes that the index does not project are fetched from the table.
        request.ProjectionExpression = "Subject, Replies";
        var fetched = await server.Client.QueryAsync(request);
        Assert.Equal(["12", "4"], fetched.Items.Select(item => item["Replies"].N));
        Assert.True(fetched.ConsumedCapacity.CapacityUnits > keys.ConsumedCapacity.CapacityUnits);
    }

    /// <summary>"Legacy conditional parameters": the same operations without expressions.</summary>
    [Fact]
    public async Task Legacy_parameters_match_expressions()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("Music", "Artist", "SongTitle");
        var key = Item(("Artist", S("No One You Know")), ("SongTitle", S("Call Me Today")));
        await server.Client.UpdateItemAsync(
            new()
            {
                TableName = "Music",
                Key = key,
                AttributeUpdates = new()
                {
                    ["Genre"] = new(S("Rock"), AttributeAction.PUT),
                    ["Plays"] = new(N(2), AttributeAction.ADD),
                },
            }
        );
        await Assert.ThrowsAsync<ConditionalCheckFailedException>(() =>
            server.Client.PutItemAsync(
                new()
                {
                    TableName = "Music",
                    Item = key,
                    Expected = new()
                    {
                        ["Plays"] = new() { ComparisonOperator = ComparisonOperator.GT, AttributeValueList = [N(5)] },
                    },
                }
            )
        );
        var found = await server.Client.QueryAsync(
            new()
            {
                TableName = "Music",
                KeyConditions = new()
                {
                    ["Artist"] = new()
                    {
                        ComparisonOperator = ComparisonOperator.EQ,
                        AttributeValueList = [S("No One You Know")],
                    },
                    ["SongTitle"] = new()
                    {
                        ComparisonOperator = ComparisonOperator.BEGINS_WITH,
                        AttributeValueList = [S("C")],
                    },
                },
                QueryFilter = new()
                {
                    ["Genre"] = new() { ComparisonOperator = ComparisonOperator.EQ, AttributeValueList = [S("Pop")] },
                    ["Plays"] = new() { ComparisonOperator = ComparisonOperator.LE, AttributeValueList = [N(2)] },
                },
                ConditionalOperator = ConditionalOperator.OR,
                AttributesToGet = ["Genre"],
            }
        );
        Assert.Equal(["Genre"], Assert.Single(found.Items).Keys);
    }
}
