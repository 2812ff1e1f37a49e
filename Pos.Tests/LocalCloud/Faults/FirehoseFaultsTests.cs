using Amazon.KinesisFirehose.Model;
using Amazon.Runtime;
using Pos.Tests.AwsSdk;
using Pos.Tests.LocalCloud.Delivery;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.LocalCloud.Faults;

/// <summary>Tests each kind of fault in Firehose, which needs a warehouse.</summary>
[SystemTest]
public sealed class FirehoseFaultsTests(PostgresServer postgres)
{
    [Fact]
    public async Task Firehose_clients_get_every_kind_of_fault()
    {
        await using var delivery = await DeliveryFixture.StartAsync(postgres);
        using var faults = new FaultCalls(delivery.Server.Url);
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 900
        );
        using var patient = Clients.Firehose(delivery.Server.Url, maxErrorRetry: 2);

        foreach (var kind in new[] { "throttle", "error", "disconnect" })
        {
            var fault = await faults.AddAsync(
                $$"""{"service":"firehose","operation":"PutRecordBatch","kind":"{{kind}}","count":2}"""
            );
            await patient.PutRecordBatchAsync(
                new PutRecordBatchRequest
                {
                    DeliveryStreamName = DeliveryFixture.Stream,
                    Records = [DeliveryFixture.Record("a")],
                }
            );
            Assert.Equal(2, await faults.InjectedAsync(fault));
        }
        var once = delivery.State().BacklogBytes / 3;
        await faults.AddAsync("""{"service":"firehose","kind":"throttle","count":2}""");
        await Assert.ThrowsAsync<ServiceUnavailableException>(() => delivery.PutAsync("a"));
        await Assert.ThrowsAsync<LimitExceededException>(() =>
            delivery.Firehose.ListDeliveryStreamsAsync(new ListDeliveryStreamsRequest())
        );
        await faults.AddAsync("""{"service":"firehose","kind":"error","count":1}""");
        Assert.Equal(
            "InternalFailure",
            (await Assert.ThrowsAnyAsync<AmazonServiceException>(() => delivery.PutAsync("a"))).ErrorCode
        );
        Assert.Equal(3 * once, delivery.State().BacklogBytes);

        var late = await faults.AddAsync(
            """{"service":"firehose","operation":"PutRecordBatch","kind":"latency","milliseconds":60000,"count":1}"""
        );
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await Assert.ThrowsAnyAsync<Exception>(() =>
                delivery.Firehose.PutRecordBatchAsync(
                    new PutRecordBatchRequest
                    {
                        DeliveryStreamName = DeliveryFixture.Stream,
                        Records = [DeliveryFixture.Record("late")],
                    },
                    limit.Token
                )
            );
        Assert.Equal((1, 3 * once), (await faults.InjectedAsync(late), delivery.State().BacklogBytes));

        await faults.AddAsync("""{"service":"firehose","kind":"disconnect","when":"after","probability":1}""");
        await Assert.ThrowsAnyAsync<Exception>(() => delivery.PutAsync("a"));
        Assert.True(delivery.State().BacklogBytes > 3 * once);
    }

    [Fact]
    public async Task A_share_of_a_batch_is_rejected_and_the_rest_is_delivered()
    {
        await using var delivery = await DeliveryFixture.StartAsync(postgres);
        using var faults = new FaultCalls(delivery.Server.Url);
        await delivery.CreateStreamAsync();
        await faults.AddAsync("""{"operation":"PutRecordBatch","kind":"partial","share":0.4,"count":2,"seed":9}""");
        var kept = new List<string>();
        for (var call = 0; call < 3; call++)
        {
            var ids = Enumerable.Range(0, 10).Select(i => $"P{call}-{i}").ToList();
            var answer = await delivery.PutAsync(ids.Select(id => DeliveryFixture.Row(id)));
            Assert.Equal(call < 2 ? 4 : 0, answer.FailedPutCount);
            Assert.Equal(
                answer.FailedPutCount,
                answer.RequestResponses.Count(response =>
                    response.ErrorCode == "ServiceUnavailableException" && response.RecordId is null
                )
            );
            kept.AddRange(ids.Where((_, i) => answer.RequestResponses[i].ErrorCode is null));
        }
        await Wait.UntilAsync(() => delivery.State().BacklogBytes == 0);
        Assert.Equal(kept.Order(StringComparer.Ordinal), await delivery.PurchaseIdsAsync());
    }
}
