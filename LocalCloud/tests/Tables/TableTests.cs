using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests creating, describing, changing, listing, tagging and deleting tables.</summary>
[SystemTest]
public sealed class TableTests
{
    [Fact]
    public async Task Created_table_can_be_described_and_survives_a_restart()
    {
        await using var server = await TableServer.StartAsync();
        var created = (
            await server.Client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = "Music",
                    AttributeDefinitions = [new("Artist", ScalarAttributeType.S), new("Year", ScalarAttributeType.N)],
                    KeySchema = [new("Artist", KeyType.HASH), new("Year", KeyType.RANGE)],
                    ProvisionedThroughput = new(5, 6),
                    Tags = [new() { Key = "owner", Value = "me" }],
                }
            )
        ).TableDescription;
        Assert.Equal(TableStatus.CREATING, created.TableStatus);
        await server.Client.PutItemAsync("Music", Item(("Artist", S("A")), ("Year", N(1999))));

        await server.RestartAsync();
        var described = (await server.Client.DescribeTableAsync("Music")).Table;
        Assert.Equal(TableStatus.ACTIVE, described.TableStatus);
        Assert.Equal(created.TableId, described.TableId);
        Assert.Equal("arn:aws:dynamodb:us-east-1:000000000000:table/Music", described.TableArn);
        Assert.Equal(
            (5, 6),
            (described.ProvisionedThroughput.ReadCapacityUnits, described.ProvisionedThroughput.WriteCapacityUnits)
        );
        Assert.Equal(["Artist", "Year"], described.KeySchema.Select(key => key.AttributeName));
        Assert.Equal(1, described.ItemCount);
        Assert.True(described.TableSizeBytes > 0);
        var tags = await server.Client.ListTagsOfResourceAsync(new() { ResourceArn = described.TableArn });
        Assert.Equal(["owner=me"], tags.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
    }

    [Fact]
    public async Task Deleted_table_loses_its_items_and_its_name_can_be_reused()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.PutItemAsync("t_1", Item(("a", S("1"))));
        await Assert.ThrowsAsync<ResourceInUseException>(() => server.CreateTableAsync("t_1", "a"));
        Assert.Equal(TableStatus.DELETING, (await server.Client.DeleteTableAsync("t_1")).TableDescription.TableStatus);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => server.Client.DescribeTableAsync("t_1"));
        await Assert.ThrowsAsync<ResourceNotFoundException>(() =>
            server.Client.PutItemAsync("t_1", Item(("a", S("1"))))
        );
        await server.CreateTableAsync("t_1", "a");
        Assert.Empty((await server.Client.ScanAsync(new ScanRequest("t_1"))).Items ?? []);
    }

    [Fact]
    public async Task Protected_table_cannot_be_deleted()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await server.Client.UpdateTableAsync(new() { TableName = "t_1", DeletionProtectionEnabled = true });
        var rejected = await Assert.ThrowsAsync<AmazonDynamoDBException>(() => server.Client.DeleteTableAsync("t_1"));
        Assert.Contains("protected against deletion", rejected.Message, StringComparison.Ordinal);
        await server.Client.UpdateTableAsync(new() { TableName = "t_1", DeletionProtectionEnabled = false });
        await server.Client.DeleteTableAsync("t_1");
    }

    [Fact]
    public async Task Tables_are_listed_in_pages()
    {
        await using var server = await TableServer.StartAsync();
        foreach (var name in new[] { "table_c", "table_a", "table_b" })
            await server.CreateTableAsync(name, "a");
        var first = await server.Client.ListTablesAsync(new ListTablesRequest { Limit = 2 });
        Assert.Equal(["table_a", "table_b"], first.TableNames);
        var second = await server.Client.ListTablesAsync(first.LastEvaluatedTableName);
        Assert.Equal(["table_c"], second.TableNames);
        Assert.Null(second.LastEvaluatedTableName);
    }

    [Fact]
    public async Task Billing_mode_and_throughput_can_be_changed()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var updated = await server.Client.UpdateTableAsync(
            new()
            {
                TableName = "t_1",
                BillingMode = BillingMode.PROVISIONED,
                ProvisionedThroughput = new(7, 8),
            }
        );
        Assert.Equal(TableStatus.UPDATING, updated.TableDescription.TableStatus);
        await server.RestartAsync();
        var table = (await server.Client.DescribeTableAsync("t_1")).Table;
        Assert.Equal(BillingMode.PROVISIONED, table.BillingModeSummary.BillingMode);
        Assert.Equal(7, table.ProvisionedThroughput.ReadCapacityUnits);
        var same = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.UpdateTableAsync("t_1", new ProvisionedThroughput(7, 8))
        );
        Assert.Contains("will not change", same.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_added_replaced_and_removed()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        var arn = (await server.Client.DescribeTableAsync("t_1")).Table.TableArn;
        await server.Client.TagResourceAsync(
            new() { ResourceArn = arn, Tags = [new() { Key = "a", Value = "1" }, new() { Key = "b", Value = "2" }] }
        );
        await server.Client.TagResourceAsync(new() { ResourceArn = arn, Tags = [new() { Key = "a", Value = "3" }] });
        await server.Client.UntagResourceAsync(new() { ResourceArn = arn, TagKeys = ["b", "none"] });
        var tag = Assert.Single((await server.Client.ListTagsOfResourceAsync(new() { ResourceArn = arn })).Tags);
        Assert.Equal(("a", "3"), (tag.Key, tag.Value));
    }

    [Fact]
    public async Task Account_limits_endpoints_and_backups_are_described()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        Assert.Equal(40_000, (await server.Client.DescribeLimitsAsync(new())).TableMaxReadCapacityUnits);
        var endpoint = Assert.Single((await server.Client.DescribeEndpointsAsync(new())).Endpoints);
        Assert.Equal(new Uri(server.Url).Authority, endpoint.Address);
        var backups = await server.Client.DescribeContinuousBackupsAsync(new() { TableName = "t_1" });
        Assert.Equal(
            PointInTimeRecoveryStatus.DISABLED,
            backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus
        );
        await Assert.ThrowsAsync<ContinuousBackupsUnavailableException>(() =>
            server.Client.UpdateContinuousBackupsAsync(
                new()
                {
                    TableName = "t_1",
                    PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true },
                }
            )
        );
    }

    [Fact]
    public async Task Streams_are_rejected_rather_than_ignored()
    {
        await using var server = await TableServer.StartAsync();
        var rejected = await Assert.ThrowsAsync<AmazonDynamoDBException>(() =>
            server.Client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = "t_1",
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    AttributeDefinitions = [new("a", ScalarAttributeType.S)],
                    KeySchema = [new("a", KeyType.HASH)],
                    StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.KEYS_ONLY },
                }
            )
        );
        Assert.Equal("ValidationException", rejected.ErrorCode);
    }
}
