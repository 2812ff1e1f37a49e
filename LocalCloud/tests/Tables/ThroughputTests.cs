using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests the limits of throughput, which LocalCloud enforces on demand.</summary>
[SystemTest]
public sealed class ThroughputTests
{
    [Fact]
    public async Task Writes_and_reads_beyond_the_capacity_are_rejected_until_it_is_replenished()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await TableServer.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(time),
            "--LocalCloud:EnforceLimits=true"
        );
        await server.Client.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = "t_1",
                AttributeDefinitions = [new("a", ScalarAttributeType.S)],
                KeySchema = [new("a", KeyType.HASH)],
                ProvisionedThroughput = new(1, 1),
            }
        );
        // A new table has five minutes of unused capacity.
        var (writes, reads) = (0, 0);
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(async () =>
        {
            for (; writes < 1000; writes++)
                await PutAsync();
        });
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(async () =>
        {
            for (; reads < 1000; reads++)
                await server.Client.GetItemAsync("t_1", Item(("a", S("1"))));
        });
        Assert.Equal((300, 600), (writes, reads));
        var batch = await server.Client.BatchWriteItemAsync(
            new Dictionary<string, List<WriteRequest>> { ["t_1"] = [new(new PutRequest(Item(("a", S("2")))))] }
        );
        Assert.Single(batch.UnprocessedItems["t_1"]);
        time.Advance(TimeSpan.FromSeconds(1));
        await PutAsync();
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(PutAsync);

        Task PutAsync() => server.Client.PutItemAsync("t_1", Item(("a", S("1"))));
    }
}
