using System.Text.Json;
using System.Text.Json.Nodes;
using Pos.Processor.Quarantine;
using Pos.Storage.Quarantine;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor.Quarantine;

[SystemTest]
public sealed class QuarantineApiTests(SharedTables tableServer) : IAsyncLifetime
{
    private static readonly string s_good = Records.Text(Samples.Purchase("A"));
    private static readonly string s_bad = s_good.Replace("\"quantity\":6", "\"quantity\":0");

    private ProcessorServer _processor = null!;

    public async ValueTask InitializeAsync() => _processor = await ProcessorServer.StartAsync(tableServer);

    public ValueTask DisposeAsync() => _processor.DisposeAsync();

    [Fact]
    public async Task List_is_newest_first_in_pages_by_reason_state_and_time()
    {
        await _processor.HandleAsync([
            .. Enumerable
                .Range(1, 7)
                .Select(i => i % 2 == 0 ? Records.FromText(i, s_bad) : Records.FromText(i, $"no JSON {i}")),
        ]);
        var all = await _processor.IdsAsync();
        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], all.Select(id => id.Split('-')[^2]));
        await _processor.PostAsync($"/quarantine/{all[0]}/discard", """{"note":"seven"}""");

        Assert.Equal(all[1..], await _processor.IdsAsync(""));
        Assert.Equal([all[0]], await _processor.IdsAsync("?state=discarded"));
        Assert.Equal([all[1], all[3], all[5]], await _processor.IdsAsync("?reason=invalid_purchase"));
        Assert.Equal([all[4], all[5]], await _processor.IdsAsync("?from=2026-03-04T05:06:09Z&to=2026-03-04T05:06:11Z"));
        var paged = new List<string>();
        for (string? cursor = null; ; )
        {
            var page = await _processor.GetAsync(
                $"/quarantine?limit=2&state=all{(cursor is null ? "" : $"&cursor={cursor}")}"
            );
            paged.AddRange(page["entries"]!.AsArray().Select(entry => (string)entry!["id"]!));
            cursor = (string?)page["next_cursor"];
            if (cursor is null)
                break;
        }
        Assert.Equal(all, paged);
        Assert.Equal(
            """{"reasons":[{"reason":"invalid_json","open":3,"replayed":0,"discarded":1}"""
                + """,{"reason":"invalid_purchase","open":3,"replayed":0,"discarded":0}],"complete":true}""",
            (await _processor.GetAsync("/quarantine/counts")).ToJsonString()
        );
    }

    [Theory]
    [InlineData("?reason=bad_luck")]
    [InlineData("?state=1")]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?cursor=../secrets")]
    public async Task Invalid_list_parameters_return_400(string query)
    {
        using var response = await _processor.Http.GetAsync("/quarantine" + query);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Entry_is_shown_with_its_bytes_and_their_errors()
    {
        await _processor.HandleAsync(Records.FromText(1, s_good, s_bad));
        await _processor.HandleAsync(Records.Create(2, [.. "{\"purchase_id\":\""u8, 0xff, .. "\"}"u8]));
        var ids = await _processor.IdsAsync();

        var text = await _processor.GetAsync($"/quarantine/{ids[1]}");
        var bytes = await _processor.GetAsync($"/quarantine/{ids[0]}");

        Assert.Equal(s_bad, (string?)text["text"]);
        Assert.Equal("lines[0].quantity", (string?)text["errors"]![0]!["field"]);
        Assert.Equal(
            ("A", 1, "open"),
            (
                (string?)text["summary"]!["purchase_id"],
                (int?)text["summary"]!["ordinal"],
                (string?)text["summary"]!["state"]
            )
        );
        Assert.Null(bytes["text"]);
        Assert.Equal(0xff, Convert.FromBase64String((string)bytes["base64"]!)[16]);
        Assert.Equal(16, (int)bytes["invalid_utf8_at"]!);
        Assert.Equal("invalid_utf8", (string?)bytes["summary"]!["reason"]);
    }

    [Fact]
    public async Task Text_is_validated_retried_and_reaches_the_stores()
    {
        await _processor.HandleAsync(Records.FromText(1, s_bad));
        var id = Assert.Single(await _processor.IdsAsync());

        var invalid = await _processor.PostAsync($"/quarantine/{id}/validate", Text(s_bad));
        Assert.Equal(
            (200, false, "lines[0].quantity"),
            (invalid.Status, (bool)invalid.Answer["valid"]!, (string?)invalid.Answer["errors"]![0]!["field"])
        );
        Assert.True((bool)(await _processor.PostAsync($"/quarantine/{id}/validate", Text(s_good))).Answer["valid"]!);
        var rejected = await _processor.PostAsync($"/quarantine/{id}/replay", Text(s_bad));
        Assert.Equal((422, "lines[0].quantity"), (rejected.Status, (string?)rejected.Answer["errors"]![0]!["field"]));
        for (var time = 0; time < 2; time++)
            Assert.Equal(
                (200, "replayed"),
                StateOf(await _processor.PostAsync($"/quarantine/{id}/replay", Text(s_good)))
            );
        Assert.Equal(
            409,
            (await _processor.PostAsync($"/quarantine/{id}/replay", Text(Records.Text(Samples.Purchase("B"))))).Status
        );
        Assert.Equal(409, (await _processor.PostAsync($"/quarantine/{id}/discard", """{"note":"too late"}""")).Status);

        var lines = await _processor.LinesAsync();
        Assert.Equal(["A/1=6"], lines.Lookup);
        Assert.Equal(["A/1=6"], lines.Lake);
        Assert.Equal(["A/1=6"], lines.Warehouse);
        Assert.Equal(s_good, ((string?)(await _processor.GetAsync($"/quarantine/{id}"))["replay_text"])!.TrimEnd('\n'));
    }

    [Theory]
    [InlineData("validate", """{"text":"x"}""", 404)]
    [InlineData("replay", "{}", 404)]
    [InlineData("discard", """{"note":"x"}""", 404)]
    [InlineData("discard", """{"note":" "}""", 400)]
    [InlineData("discard", "{}", 400)]
    [InlineData("validate", "{}", 400)]
    public async Task Missing_entries_and_fields_are_rejected(string action, string json, int status)
    {
        var id = QuarantineKeys.IdOf(Records.FromText(1), 0);
        Assert.Equal(status, (await _processor.PostAsync($"/quarantine/{id}/{action}", json)).Status);
        Assert.Equal(404, (int)(await _processor.Http.GetAsync("/quarantine/no-such-entry")).StatusCode);
    }

    [Fact]
    public async Task Unavailable_store_returns_503_and_the_entry_stays_open()
    {
        await _processor.HandleAsync(Records.FromText(1, s_bad));
        var id = Assert.Single(await _processor.IdsAsync());
        _processor.Firehose.Rejects = (_, _) => true;

        var (status, answer) = await _processor.PostAsync($"/quarantine/{id}/replay", Text(s_good));

        Assert.Equal(503, status);
        Assert.Contains("Firehose rejected 1 records", (string?)answer["detail"]);
        Assert.Equal([id], await _processor.IdsAsync("?state=open"));
        _processor.Firehose.Rejects = (_, _) => false;
        Assert.Equal((200, "replayed"), StateOf(await _processor.PostAsync($"/quarantine/{id}/replay", "{}")));
        await _processor.StopS3Async();
        Assert.Equal(503, (int)(await _processor.Http.GetAsync("/quarantine")).StatusCode);
    }

    [Fact]
    public async Task Reason_is_retried_in_bulk_with_a_result_for_each_entry()
    {
        var records = Enumerable
            .Range(1, 5)
            .Select(i => i == 3 ? Records.FromText(i, "{poison") : Records.Create(i, Samples.Purchase($"P{i}")))
            .ToArray();
        foreach (var record in records)
            await _processor.DiscardAsync(record);

        var first = await _processor.PostAsync("/quarantine/replay", """{"reason":"retries_exhausted","limit":3}""");
        var second = await _processor.PostAsync(
            "/quarantine/replay",
            $$"""{"reason":"retries_exhausted","limit":3,"cursor":"{{first.Answer["next_cursor"]}}"}"""
        );

        Assert.Equal(["replayed", "replayed", "invalid"], Outcomes(first.Answer));
        Assert.Equal("invalid_json", (string?)first.Answer["results"]![2]!["errors"]![0]!["code"]);
        Assert.Equal(["replayed", "replayed"], Outcomes(second.Answer));
        Assert.Null(second.Answer["next_cursor"]);
        Assert.Equal(["P1/1=6", "P2/1=6", "P4/1=6", "P5/1=6"], (await _processor.LinesAsync()).Lake);
        Assert.Equal(400, (await _processor.PostAsync("/quarantine/replay", """{"reason":"bad_luck"}""")).Status);
    }

    [Fact]
    public async Task Bulk_retry_stops_at_an_unavailable_store_and_resumes_there()
    {
        foreach (var i in Enumerable.Range(1, 4))
            await _processor.DiscardAsync(Records.Create(i, Samples.Purchase($"P{i}")));
        _processor.Firehose.Rejects = (call, _) => call > 2;

        var stopped = await _processor.PostAsync("/quarantine/replay", """{"reason":"retries_exhausted"}""");
        _processor.Firehose.Rejects = (_, _) => false;
        var rest = await _processor.PostAsync(
            "/quarantine/replay",
            $$"""{"reason":"retries_exhausted","cursor":"{{stopped.Answer["next_cursor"]}}"}"""
        );

        Assert.Equal(["replayed", "replayed"], Outcomes(stopped.Answer));
        Assert.NotNull(stopped.Answer["unavailable"]);
        // "away" is the name in the previous release.
        Assert.Equal((string?)stopped.Answer["unavailable"], (string?)stopped.Answer["away"]);
        Assert.Equal(["replayed", "replayed"], Outcomes(rest.Answer));
    }

    private static string[] Outcomes(JsonNode answer) =>
        [.. answer["results"]!.AsArray().Select(result => (string)result!["outcome"]!)];

    private static (int, string?) StateOf((int Status, JsonNode Answer) answer) =>
        (answer.Status, (string?)answer.Answer["state"]);

    private static string Text(string text) => $$"""{"text":{{JsonSerializer.Serialize(text)}}}""";
}
