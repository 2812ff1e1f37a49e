using System.Text.Json.Nodes;
using Pos.Processor.EventSource;
using Pos.Processor.Whereabouts;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Processor.Conformance;
using Pos.Tests.Processor.Quarantine;
using Xunit;

namespace Pos.Tests.Processor;

[SystemTest]
public sealed class WhereaboutsTests(SharedTables tableServer) : IAsyncLifetime
{
    private ProcessorServer _processor = null!;

    public async ValueTask InitializeAsync() => _processor = await ProcessorServer.StartAsync(tableServer);

    public ValueTask DisposeAsync() => _processor.DisposeAsync();

    [Fact]
    public async Task Stored_purchase_is_found_in_the_lake_object_of_its_newest_version()
    {
        // Several batches of one hour: sequence numbers order as numbers, so 9 is before 10.
        await _processor.HandleAsync(
            Records.Create(7, Samples.Purchase("A")),
            Records.Create(8, Samples.Purchase("B"))
        );
        await _processor.HandleAsync(Records.Create(9, Samples.Purchase("C")));
        await _processor.HandleAsync(
            Records.Create(10, Samples.Purchase("D")),
            Records.Create(11, Samples.Purchase("A"))
        );
        await _processor.HandleAsync(Records.Create(12, Samples.Purchase("E")));

        Assert.EndsWith("-10.json.gz", await LakeObjectAsync("A"), StringComparison.Ordinal);
        Assert.EndsWith("-7.json.gz", await LakeObjectAsync("B"), StringComparison.Ordinal);
        Assert.EndsWith("-9.json.gz", await LakeObjectAsync("C"), StringComparison.Ordinal);
        Assert.EndsWith("-12.json.gz", await LakeObjectAsync("E"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantined_purchase_shows_its_entry_and_after_a_retry_its_lake_object()
    {
        var good = Records.Text(Samples.Purchase("R"));
        await _processor.HandleAsync(
            Records.FromText(3, good.Replace("\"quantity\":6", "\"quantity\":0", StringComparison.Ordinal))
        );
        var rejected = await FindAsync("R");
        Assert.False((bool)rejected["in_lookup_table"]!);
        var entry = rejected["quarantined"]!.AsArray().Single()!;
        Assert.Equal(("invalid_purchase", "open"), ((string?)entry["reason"], (string?)entry["state"]));

        var (status, _) = await _processor.PostAsync(
            $"/quarantine/{entry["id"]}/replay",
            new JsonObject { ["text"] = good }.ToJsonString()
        );
        Assert.Equal(200, status);
        var stored = await FindAsync("R");
        Assert.True((bool)stored["in_lookup_table"]!);
        Assert.Contains("/replay-", (string?)stored["lake_object"], StringComparison.Ordinal);
        Assert.Equal("replayed", (string?)stored["quarantined"]![0]!["state"]);
    }

    [Fact]
    public async Task Unknown_purchase_is_nowhere_and_the_result_is_incomplete_without_the_stream()
    {
        var answer = await FindAsync("nobody-sent-it");
        answer.AsObject().Remove("purchase_id");
        // With Lambda's mapping, the processor does not read the stream.
        Assert.Equal(
            """{"in_lookup_table":false,"lake_object":null,"in_stream":null,"quarantined":[],"complete":false}""",
            answer.ToJsonString()
        );
        using var tooLong = await _processor.Http.GetAsync($"/purchases/{new string('x', 65)}/whereabouts");
        Assert.Equal(400, (int)tooLong.StatusCode);
    }

    [Fact]
    public async Task Unavailable_store_returns_503()
    {
        await _processor.HandleAsync(Records.Create(1, Samples.Purchase("A")));
        await _processor.StopS3Async();
        using var response = await _processor.Http.GetAsync("/purchases/A/whereabouts");
        Assert.Equal(503, (int)response.StatusCode);
    }

    [Fact]
    public async Task Purchase_beyond_the_checkpoint_is_found_in_the_stream()
    {
        var stream = new ScriptedStream(TimeProvider.System);
        stream.PutBytes(Records.Create(1, Samples.Purchase("done")).Data);
        stream.PutBytes(Records.Create(2, Samples.Purchase("A"), Samples.Purchase("B")).Data);
        stream.PutBytes("{\"purchase_id\":\"broken\"}"u8.ToArray());
        var search = Search(stream, checkpoint: "1");

        Assert.Equal(("2", true), Result(await search.FindAsync("B", CancellationToken.None)));
        Assert.Equal(("3", true), Result(await search.FindAsync("broken", CancellationToken.None)));
        Assert.Equal((null, true), Result(await search.FindAsync("done", CancellationToken.None)));
        // A part of a product id is no match.
        Assert.Equal((null, true), Result(await search.FindAsync("85123", CancellationToken.None)));
    }

    [Fact]
    public async Task Search_is_incomplete_if_the_stream_cannot_be_read_to_its_end()
    {
        var stream = new ScriptedStream(TimeProvider.System) { ReadLimit = 1 };
        for (var i = 0; i < 3; i++)
            stream.PutBytes(Records.Create(1, Samples.Purchase($"{i}")).Data);
        Assert.Equal(
            (null, false),
            Result(await Search(stream, Checkpoint.TrimHorizon).FindAsync("2", CancellationToken.None))
        );

        stream.ReadFails = () => new Amazon.Kinesis.Model.ProvisionedThroughputExceededException("Rate exceeded");
        Assert.Equal(
            (null, false),
            Result(await Search(stream, Checkpoint.TrimHorizon).FindAsync("0", CancellationToken.None))
        );
        Assert.Equal(
            (null, false),
            Result(await new StreamSearch(stream, () => []).FindAsync("0", CancellationToken.None))
        );
    }

    private static StreamSearch Search(ScriptedStream stream, string checkpoint) =>
        new(stream, () => [new Lease(ScriptedStream.FirstShard, checkpoint, null, 0, [])]);

    private static (string?, bool) Result((StreamRecord? Record, bool Complete) found) =>
        (found.Record?.SequenceNumber, found.Complete);

    private Task<JsonNode> FindAsync(string purchaseId) => _processor.GetAsync($"/purchases/{purchaseId}/whereabouts");

    private async Task<string> LakeObjectAsync(string purchaseId) =>
        (string)(await FindAsync(purchaseId))["lake_object"]!;
}
