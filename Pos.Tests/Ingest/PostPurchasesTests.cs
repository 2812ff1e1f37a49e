using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pos.Contracts;
using Xunit;
using static Pos.Tests.Ingest.IngestServer;

namespace Pos.Tests.Ingest;

[SystemTest]
public sealed class PostPurchasesTests
{
    [Fact]
    public async Task Accepted_purchase_is_in_the_stream()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync(Purchase("536365", lines: 3));

        Assert.Equal((202, Json, 1, 3), (answer.Status, answer.ContentType, answer.Accepted, answer.Lines));
        var accepted = PurchaseReader.ReadAccepted(Encoding.UTF8.GetBytes(Assert.Single(stream.Lines))).Accepted!;
        Assert.Equal(
            ("536365", "GBP", 3),
            (accepted.Purchase.PurchaseId, accepted.Purchase.Currency, accepted.Purchase.Lines.Count)
        );
    }

    [Fact]
    public async Task A_thousand_valid_and_a_hundred_invalid_purchases_are_separated()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        await GoodAndBad.PostAsync(ingest);
        Assert.Equal(GoodAndBad.GoodIds, stream.Lines.Select(IdOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Malformed_NDJSON_line_is_rejected_and_the_other_lines_are_accepted()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync($"{Purchase("1")}\r\n\n{{\"purchase_id\":\"2\",\n{Purchase("3")}", Ndjson);

        Assert.Equal((207, 2, 2), (answer.Status, answer.Accepted, answer.Lines));
        Assert.Equal((1, "2", "", "invalid_json"), Assert.Single(answer.Rejected));
        Assert.Equal(["1", "3"], stream.Lines.Select(IdOf).Order());
    }

    [Fact]
    public async Task Request_without_a_valid_purchase_returns_all_errors_and_does_not_call_the_stream()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync("""[{"purchase_id":"1"}, 7]""");

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal([(0, "1", "purchased_at", "required"), (1, null, "", "wrong_type")], answer.Rejected);
        Assert.Empty(stream.Calls);
    }

    [Theory]
    [InlineData("", "contains no purchase", Json)]
    [InlineData("[]", "contains no purchase", Json)]
    [InlineData("\n \n", "contains no purchase", Ndjson)]
    [InlineData("\"536365\"", "neither a purchase", Json)]
    [InlineData("no json", "not JSON", Json)]
    public async Task Body_without_a_purchase_is_rejected_as_a_whole(string body, string reason, string contentType)
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync(body, contentType);

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Contains(reason, answer.Detail);
    }

    [Theory]
    [InlineData("]]")]
    [InlineData(",")]
    [InlineData("")]
    public async Task Malformed_end_of_an_array_rejects_the_whole_array(string end)
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync($"[{Purchase("1")}{end}");

        Assert.Equal(400, answer.Status);
        Assert.Contains("not JSON", answer.Detail);
        Assert.Empty(stream.Calls);
    }

    [Fact]
    public async Task Gzip_is_accepted_in_each_format()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        Assert.Equal(202, (await ingest.PostAsync(Gzip(Encoding.UTF8.GetBytes(Purchase("1"))), Json, "gzip")).Status);
        Assert.Equal(
            202,
            (
                await ingest.PostAsync(
                    Gzip(Encoding.UTF8.GetBytes($"{Purchase("2")}\n{Purchase("3")}\n")),
                    "application/x-ndjson; charset=utf-8",
                    "gzip"
                )
            ).Status
        );
        Assert.Equal(["1", "2", "3"], stream.Lines.Select(IdOf).Order());
    }

    [Fact]
    public async Task Invalid_gzip_is_rejected()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        Assert.Contains(
            "not gzip",
            (await ingest.PostAsync(Encoding.UTF8.GetBytes(Purchase("1")), Json, "gzip")).Detail
        );
        Assert.Equal(
            400,
            (
                await ingest.PostAsync(
                    [.. Gzip(Encoding.UTF8.GetBytes(Purchase("1")))[..10], .. "no deflate"u8],
                    Ndjson,
                    "gzip"
                )
            ).Status
        );
        Assert.Empty(stream.Calls);
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Ndjson)]
    public async Task Size_limit_applies_to_the_decompressed_body(string contentType)
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var blanks = new byte[4 * 1024 * 1024];
        blanks.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(Purchase("1")).CopyTo(blanks, 0);
        Assert.Equal(202, (await ingest.PostAsync(Gzip(blanks), contentType, "gzip")).Status);
        Assert.Equal(413, (await ingest.PostAsync(Gzip([.. blanks, (byte)' ']), contentType, "gzip")).Status);
        Assert.Equal(413, (await ingest.PostAsync([.. blanks, (byte)' '], contentType)).Status);
        Assert.Single(stream.Lines);
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Ndjson)]
    public async Task Five_hundred_purchases_are_accepted_and_one_more_is_rejected(string contentType)
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        Assert.Equal(413, (await ingest.PostAsync(Body(501), contentType)).Status);
        Assert.Empty(stream.Calls);
        var answer = await ingest.PostAsync(Body(500), contentType);
        Assert.Equal((202, 500), (answer.Status, answer.Accepted));

        string Body(int count)
        {
            var purchases = Enumerable.Range(1, count).Select(i => Purchase($"{i}"));
            return contentType == Json ? IngestServer.Array(purchases) : string.Join('\n', purchases);
        }
    }

    [Theory]
    [InlineData("text/csv", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData(null, null)]
    [InlineData(Json, "br")]
    public async Task Other_content_types_charsets_and_encodings_are_unsupported(string? contentType, string? encoding)
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var answer = await ingest.PostAsync(Encoding.UTF8.GetBytes(Purchase("1")), contentType, encoding);
        Assert.Equal((415, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Contains(Ndjson, answer.Detail);
    }

    [Fact]
    public async Task Byte_order_mark_is_ignored()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        foreach (
            var (body, type) in new[] { ($"[{Purchase("1")}]", Json), (Purchase("2"), Json), (Purchase("3"), Ndjson) }
        )
            Assert.Equal(202, (await ingest.PostAsync("\uFEFF" + body, type)).Status);
    }

    [Fact]
    public async Task Traced_request_passes_its_trace_on_to_the_stores()
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var tracing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> request) =>
                request.TraceId.ToHexString() == trace
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(tracing);
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream, "--Ingest:MaxTracedPurchases=1");
        using var post = new HttpRequestMessage(HttpMethod.Post, "/purchases")
        {
            Content = new StringContent(Purchase("traced"), Encoding.UTF8, Json),
        };
        post.Headers.Add("traceparent", $"00-{trace}-0123456789abcdef-01");
        using (await ingest.Http.SendAsync(post))
            Assert.Equal(202, (await ingest.PostAsync(Purchase("untraced"))).Status);

        var purchases = stream
            .Lines.Select(line => PurchaseReader.ReadAccepted(Encoding.UTF8.GetBytes(line)).Accepted!)
            .ToDictionary(accepted => accepted.Purchase.PurchaseId);
        Assert.StartsWith($"00-{trace}-", purchases["traced"].TraceParent);
        Assert.Null(purchases["untraced"].TraceParent);
    }

    [Fact]
    public async Task Accepted_and_rejected_purchases_are_counted()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var counted = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == ingest.Services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
                lock (counted)
                    counted[name] = counted.GetValueOrDefault(name) + value;
            }
        );
        listener.Start();
        Assert.Equal(
            207,
            (await ingest.PostAsync($"[{Purchase("1", lines: 3)},{Purchase("2", lines: 4)},{{}}]")).Status
        );

        Assert.Equal(
            (2, 7, 1),
            (
                counted["pos.ingest.purchases.accepted"],
                counted["pos.ingest.lines.accepted"],
                counted["pos.ingest.purchases.rejected required"]
            )
        );
    }

    [Fact]
    public async Task OpenAPI_document_describes_the_contract_and_every_response()
    {
        using var stream = new FakeKinesis();
        await using var ingest = await StartAsync(stream);
        var document = JsonDocument.Parse(await ingest.Http.GetStringAsync("/openapi/v1.json")).RootElement;

        var post = document.GetProperty("paths").GetProperty("/purchases").GetProperty("post");
        Assert.Equal(
            ["202", "207", "400", "413", "415", "429", "503"],
            post.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).Order()
        );
        var content = post.GetProperty("requestBody").GetProperty("content");
        Assert.Equal([Json, Ndjson], content.EnumerateObject().Select(type => type.Name));
        Assert.Equal(
            "#/components/schemas/Purchase",
            content.GetProperty(Ndjson).GetProperty("schema").GetProperty("$ref").GetString()
        );
        Assert.Equal(
            2000,
            document
                .GetProperty("components")
                .GetProperty("schemas")
                .GetProperty("Purchase")
                .GetProperty("properties")
                .GetProperty("lines")
                .GetProperty("maxItems")
                .GetInt32()
        );
        // The service accepts the example.
        Assert.Equal(
            202,
            (await ingest.PostAsync(content.GetProperty(Json).GetProperty("example").GetRawText())).Status
        );
    }

    private static string IdOf(string line) =>
        JsonDocument.Parse(line).RootElement.GetProperty("purchase_id").GetString()!;
}
