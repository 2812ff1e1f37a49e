using Amazon.KinesisFirehose.Model;
using Pos.Tests.Postgres;
using Xunit;
using static LocalCloud.Tests.Support.Wait;
using static Pos.Tests.LocalCloud.Delivery.DeliveryFixture;

namespace Pos.Tests.LocalCloud.Delivery;

[SystemTest]
public sealed class LoadErrorTests(PostgresServer postgres)
{
    [Fact]
    public async Task Bad_lines_are_reported_with_number_column_reason_and_text_and_the_others_are_loaded()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();
        string[] lines =
        [
            Row("good 1"),
            "{\"purchase_id\":\n",
            Row("x", price: "2.55555"),
            Row("x", price: "123456789012345"),
            Row("x", description: "\"a\\u0000b\""),
            Row("x", description: "\"\\ud800\""),
            Row("x", description: $"\"{new string('ä', 501)}\""),
            Row("x").Replace("\"quantity\":6", "\"quantity\":6.5"),
            Row("x").Replace("\"currency\":\"GBP\",", ""),
            Row("x").Replace("2010-12-01T08:26:00Z", "12/1/2010 8:26"),
            Row("x").TrimEnd() + "{}\n",
            "\n",
            Row("good 2", description: $"\"{new string('ä', 500)}\""),
        ];
        await delivery.PutAsync(string.Concat(lines));

        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).SequenceEqual(["good 1", "good 2"]));
        var errors = await delivery.Warehouse.RowsAsync(
            "SELECT line_number, column_name FROM load_errors ORDER BY line_number"
        );
        Assert.Equal(
            [
                "2|",
                "3|unit_price",
                "4|unit_price",
                "5|description",
                "6|description",
                "7|description",
                "8|quantity",
                "9|currency",
                "10|purchased_at",
                "11|",
            ],
            errors
        );
        Assert.Equal("2|10", (await delivery.Warehouse.RowsAsync("SELECT rows, errors FROM load_manifest")).Single());
        Assert.Equal(
            lines[2].TrimEnd(),
            await delivery.Warehouse.ScalarAsync<string>("SELECT raw FROM load_errors WHERE line_number = 3")
        );
        Assert.Contains(
            "4 decimal places",
            await delivery.Warehouse.ScalarAsync<string>("SELECT reason FROM load_errors WHERE line_number = 3")
        );
        Assert.Equal(10, delivery.State().RefusedRows);
    }

    [Fact]
    public async Task A_record_that_is_not_text_is_reported()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();
        await delivery.Firehose.PutRecordAsync(
            new PutRecordRequest
            {
                DeliveryStreamName = DeliveryFixture.Stream,
                Record = new Amazon.KinesisFirehose.Model.Record { Data = new MemoryStream([0xFF, 0x00, 0x41]) },
            }
        );

        await UntilAsync(() => delivery.State().Objects == 1);
        Assert.Equal(
            "1||\uFFFD\uFFFDA",
            (await delivery.Warehouse.RowsAsync("SELECT line_number, column_name, raw FROM load_errors")).Single()
        );
    }

    [Fact]
    public async Task Texts_are_loaded_unchanged_and_unknown_keys_are_ignored()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();
        const string Text = "\t trailing \"quotes\" \\ \u0001 é 漢 😀  ";
        await delivery.PutAsync(
            Row("A", description: System.Text.Json.JsonSerializer.Serialize(Text))
                .Replace("{\"purchase_id\"", "{\"new_field\":{\"a\":[1]},\"purchase_id\"")
        );

        await UntilAsync(async () => (await delivery.PurchaseIdsAsync()).Count == 1);
        Assert.Equal(Text, await delivery.Warehouse.ScalarAsync<string>("SELECT description FROM purchase_lines"));
        Assert.Equal(
            "2026-01-01 00:00:00.123456",
            await delivery.Warehouse.ScalarAsync<string>(
                "SELECT (ingested_at AT TIME ZONE 'UTC')::text FROM purchase_lines"
            )
        );
    }
}
