using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;
using static Pos.Tests.LocalCloud.Delivery.DeliveryFixture;

namespace Pos.Tests.LocalCloud.Delivery;

/// <summary>Runs AWS's JavaScript client for Firehose, with default settings, against LocalCloud.</summary>
[SystemTest]
public sealed class FirehoseJavaScriptTests(PostgresServer postgres)
{
    [Fact]
    public async Task Rows_are_acknowledged_and_delivered()
    {
        await using var delivery = await StartAsync(postgres);
        var result = await JavaScriptSdk.RunAsync(
            "firehose.mjs",
            delivery.Server.Url,
            JdbcUrl(delivery.Warehouse.ConnectionString),
            WarehouseTables.Landing,
            WarehouseTables.LandingColumnList,
            Row("A"),
            Row("B"),
            Row("C")
        );

        Assert.Equal(
            ("ACTIVE", 3, 0),
            ((string)result["status"]!, (int)result["acknowledged"]!, (int)result["failed"]!)
        );
        Assert.Equal("arn:aws:firehose:us-east-1:000000000000:deliverystream/javascript", (string)result["arn"]!);
        Assert.Equal(["javascript"], result["listed"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("400 ResourceNotFoundException", (string)result["missing"]!);
        await Wait.UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["A", "B", "C"]));
    }
}
