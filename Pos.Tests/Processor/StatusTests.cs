using System.Text.Json.Nodes;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Processor.Quarantine;
using Xunit;

namespace Pos.Tests.Processor;

[SystemTest]
public sealed class StatusTests(SharedTables tableServer) : IAsyncLifetime
{
    private ProcessorServer _processor = null!;

    public async ValueTask InitializeAsync() => _processor = await ProcessorServer.StartAsync(tableServer);

    public ValueTask DisposeAsync() => _processor.DisposeAsync();

    [Fact]
    public async Task Status_counts_lines_written_to_each_store_since_the_start()
    {
        await _processor.HandleAsync(
            Records.Create(1, Samples.Purchase("A", lines: [Samples.Line(1), Samples.Line(2)])),
            Records.FromText(2, "no JSON"),
            Records.Create(3, Samples.Purchase("B"))
        );

        var status = await _processor.GetAsync("/status");
        Assert.Equal(
            (3, 3, 1, 0),
            (
                (long)status["records"]!,
                (long)status["lines"]!,
                (long)status["quarantined"]!,
                (int)status["batches_in_flight"]!
            )
        );
        Assert.True((DateTimeOffset)status["started_at"]! <= DateTimeOffset.UtcNow);
        foreach (var sink in (string[])["lake", "lookup", "warehouse"])
        {
            var of = Sink(status, sink);
            Assert.Equal((3, null), ((long)of["lines"]!, (string?)of["failure"]));
            Assert.NotNull((string?)of["last_write_at"]);
        }
    }

    [Fact]
    public async Task Status_names_an_unavailable_store_until_it_recovers()
    {
        _processor.Firehose.Rejects = (_, _) => true;
        await _processor.HandleOnceAsync(Records.Create(1, Samples.Purchase("A")));

        var status = await _processor.GetAsync("/status");
        Assert.Equal((0, 0), ((long)status["records"]!, (long)status["lines"]!));
        Assert.Equal((1, null), ((long)Sink(status, "lake")["lines"]!, (string?)Sink(status, "lake")["failure"]));
        Assert.Equal((1, null), ((long)Sink(status, "lookup")["lines"]!, (string?)Sink(status, "lookup")["failure"]));
        Assert.NotNull((string?)Sink(status, "warehouse")["failure"]);

        _processor.Firehose.Rejects = (_, _) => false;
        await _processor.HandleAsync(Records.Create(1, Samples.Purchase("A")));
        status = await _processor.GetAsync("/status");
        Assert.Null((string?)Sink(status, "warehouse")["failure"]);
        // Written again.
        Assert.Equal((1, 2), ((long)Sink(status, "warehouse")["lines"]!, (long)Sink(status, "lake")["lines"]!));

        await _processor.StopS3Async();
        await _processor.HandleOnceAsync(Records.Create(2, Samples.Purchase("B")));
        Assert.NotNull((string?)Sink(await _processor.GetAsync("/status"), "lake")["failure"]);
    }

    private static JsonNode Sink(JsonNode status, string name) =>
        status["sinks"]!.AsArray().Single(sink => (string?)sink!["sink"] == name)!;
}
