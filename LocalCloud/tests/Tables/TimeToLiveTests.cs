using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LocalCloud.Tests.Tables.Values;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests the deletion of expired items.</summary>
[SystemTest]
public sealed class TimeToLiveTests
{
    [Fact]
    public async Task Expired_items_are_deleted_and_others_remain()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await TableServer.StartAsync(builder =>
            builder.Services.AddSingleton<TimeProvider>(time)
        );
        await server.CreateTableAsync("t_1", "a");
        var now = time.GetUtcNow();
        await PutAsync("before", N(now.AddMinutes(5).ToUnixTimeSeconds()));
        await server.Client.UpdateTimeToLiveAsync(
            new()
            {
                TableName = "t_1",
                TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true },
            }
        );
        await PutAsync("after", N(now.AddMinutes(5).ToUnixTimeSeconds()));
        await PutAsync("later", N(now.AddHours(5).ToUnixTimeSeconds()));
        await PutAsync("extended", N(now.AddMinutes(5).ToUnixTimeSeconds()));
        await PutAsync("extended", N(now.AddHours(5).ToUnixTimeSeconds()));
        await PutAsync("text", S("1"));
        await PutAsync("milliseconds", N(now.AddMinutes(5).ToUnixTimeMilliseconds()));
        await PutAsync("ancient", N(now.AddYears(-6).ToUnixTimeSeconds()));
        await server.RestartAsync();

        time.Advance(TimeSpan.FromMinutes(6));
        await Wait.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return (await KeysAsync()).Count == 5;
        });
        Assert.Equal(["ancient", "extended", "later", "milliseconds", "text"], await KeysAsync());
        var described = await server.Client.DescribeTimeToLiveAsync(
            new DescribeTimeToLiveRequest { TableName = "t_1" }
        );
        Assert.Equal(
            (TimeToLiveStatus.ENABLED, "expires"),
            (described.TimeToLiveDescription.TimeToLiveStatus, described.TimeToLiveDescription.AttributeName)
        );

        Task PutAsync(string key, AttributeValue expires) =>
            server.Client.PutItemAsync("t_1", Item(("a", S(key)), ("expires", expires)));

        async Task<List<string>> KeysAsync() =>
            [.. (await server.Client.ScanAsync(new ScanRequest("t_1"))).Items.Select(item => item["a"].S).Order()];
    }

    [Fact]
    public async Task Setting_without_a_change_is_rejected()
    {
        await using var server = await TableServer.StartAsync();
        await server.CreateTableAsync("t_1", "a");
        await ExpectErrorAsync("e", enabled: false, "TimeToLive is already disabled");
        await SetAsync("e", enabled: true);
        await ExpectErrorAsync("e", enabled: true, "TimeToLive is already enabled");
        await ExpectErrorAsync("f", enabled: true, "current AttributeName is e");
        await SetAsync("e", enabled: false);
        var described = await server.Client.DescribeTimeToLiveAsync(
            new DescribeTimeToLiveRequest { TableName = "t_1" }
        );
        Assert.Equal(TimeToLiveStatus.DISABLED, described.TimeToLiveDescription.TimeToLiveStatus);

        Task SetAsync(string attribute, bool enabled) =>
            server.Client.UpdateTimeToLiveAsync(
                new()
                {
                    TableName = "t_1",
                    TimeToLiveSpecification = new() { AttributeName = attribute, Enabled = enabled },
                }
            );

        async Task ExpectErrorAsync(string attribute, bool enabled, string message) =>
            Assert.Contains(
                message,
                (await Assert.ThrowsAsync<AmazonDynamoDBException>(() => SetAsync(attribute, enabled))).Message,
                StringComparison.Ordinal
            );
    }
}
