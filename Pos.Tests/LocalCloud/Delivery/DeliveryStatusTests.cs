using Pos.Contracts.LocalCloud;
using Pos.Tests.Postgres;
using Xunit;
using static Pos.Tests.LocalCloud.Delivery.DeliveryFixture;

namespace Pos.Tests.LocalCloud.Delivery;

/// <summary>Checks that our client can read the status that LocalCloud declares separately.</summary>
[SystemTest]
public sealed class DeliveryStatusTests(PostgresServer postgres)
{
    [Fact]
    public async Task Our_client_reads_the_backlog_of_each_delivery_stream()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 900
        );
        await delivery.PutAsync(Row("A"));

        using var http = new HttpClient { BaseAddress = new Uri(delivery.Server.Url) };
        var answer = await new LocalCloudClient(http).DeliveryAsync(CancellationToken.None);
        var status = Assert.Single(answer.Value!);
        Assert.Equal((DeliveryFixture.Stream, delivery.State().BacklogBytes), (status.Name, status.BacklogBytes));
        Assert.True(status.BacklogBytes >= Row("A").Length);
    }
}
