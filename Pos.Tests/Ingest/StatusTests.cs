using System.Text.Json.Nodes;
using Amazon.Kinesis.Model;
using Xunit;
using static Pos.Tests.Ingest.IngestServer;

namespace Pos.Tests.Ingest;

[SystemTest]
public sealed class StatusTests
{
    [Fact]
    public async Task Status_counts_accepted_and_rejected_purchases_since_the_start()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var before = await StatusAsync(ingest);
        Assert.Equal(
            (0, 0, null),
            ((long)before["purchases"]!, (long)before["lines"]!, (string?)before["last_accepted_at"])
        );

        await ingest.PostAsync(Array([Purchase("A", lines: 3), Purchase("B", lines: 2), Purchase("no id", lines: 1)]));
        await ingest.PostAsync(Purchase("A", lines: 3)); // A repeated purchase counts again.

        var status = await StatusAsync(ingest);
        Assert.Equal((3, 8, 1), ((long)status["purchases"]!, (long)status["lines"]!, (long)status["rejected"]!));
        Assert.Equal(stream.Records.Count, (long)status["records"]!);
        Assert.True((DateTimeOffset)status["last_accepted_at"]! >= (DateTimeOffset)status["started_at"]!);
        Assert.Equal(
            (0, 0, null),
            ((int)status["calls_in_flight"]!, (long)status["bytes_waiting"]!, (string?)status["stream_failure"])
        );
    }

    [Fact]
    public async Task Status_shows_waiting_bytes_and_the_failure_of_an_unavailable_stream()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var isUnavailable = true;
        stream.Before = _ => isUnavailable ? throw new LimitExceededException("too many calls") : Task.CompletedTask;
        var posting = ingest.PostAsync(Purchase("A"));

        await Wait.UntilAsync(async () =>
            (string?)(await StatusAsync(ingest))["stream_failure"] == "LimitExceededException: too many calls"
        );
        var status = await StatusAsync(ingest);
        Assert.True((long)status["bytes_waiting"]! > 0 || posting.IsCompleted);
        isUnavailable = false;
        await posting;

        await ingest.PostAsync(Purchase("B"));
        Assert.Null((string?)(await StatusAsync(ingest))["stream_failure"]);
    }

    private static async Task<JsonNode> StatusAsync(IngestServer ingest) =>
        JsonNode.Parse(await ingest.Http.GetStringAsync("/status"))!;
}
