using System.Diagnostics;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>A purchase has one trace across all processes.</summary>
[Collection(TracedSystem.Collection)]
[SystemTest]
public sealed class PurchaseTraceTests(TracedSystem traced)
{
    private const string Merge = "CALL merge_purchase_lines";

    [Fact]
    public async Task Purchase_posted_alone_has_one_trace_from_the_post_to_the_merge()
    {
        var system = await traced.StartedAsync();
        await system.DrainedAsync();
        var purchase = NewId();
        await system.PostAsync(purchase);

        var trace = await TraceAsync(system, purchase);
        string[] expected =
        [
            "ingest: POST /purchases",
            "ingest: send purchases",
            "localcloud: Kinesis.PutRecords",
            "processor: process purchases",
            "processor: UpdateItem purchases-traced",
            "processor: PutObject pos-lake",
            "localcloud: S3.PutObject",
            "processor: PutRecordBatch purchases-to-warehouse",
            "localcloud: Firehose.PutRecordBatch",
            "localcloud: deliver purchases-to-warehouse",
            "localcloud: PutObject pos-staging",
            "localcloud: COPY purchase_lines_landing",
            $"localcloud: {Merge}",
        ];
        Assert.Equal([], expected.Except(trace.Select(span => $"{span.Service}: {span.Name}")));
        Assert.Equal("POST /purchases", Assert.Single(trace, span => span.Parent == "").Name);
        Assert.Contains(trace, span => span.Scope == "Npgsql");
    }

    [Fact]
    public async Task Spans_have_the_attributes_of_the_conventions()
    {
        var system = await traced.StartedAsync();
        await system.DrainedAsync();
        var purchase = NewId();
        await system.PostAsync(purchase);
        var trace = await TraceAsync(system, purchase);

        AssertTags(
            "ingest: send purchases",
            ("messaging.system", "aws_kinesis"),
            ("messaging.operation.type", "send"),
            ("messaging.destination.name", "purchases"),
            ("messaging.batch.message_count", "1"),
            ("aws.kinesis.stream_name", "purchases")
        );
        AssertTags(
            "processor: process purchases",
            ("messaging.system", "aws_kinesis"),
            ("messaging.operation.type", "process"),
            ("messaging.batch.message_count", "1"),
            ("pos.purchase.count", "1")
        );
        AssertTags(
            "processor: UpdateItem purchases-traced",
            ("db.system.name", "aws.dynamodb"),
            ("db.operation.name", "UpdateItem"),
            ("aws.dynamodb.table_names", "purchases-traced"),
            ("pos.purchase.id", purchase)
        );
        AssertTags("processor: PutObject pos-lake", ("aws.s3.bucket", "pos-lake"), ("rpc.method", "PutObject"));
        AssertTags(
            "localcloud: COPY purchase_lines_landing",
            ("db.system.name", "postgresql"),
            ("db.operation.name", "COPY"),
            ("db.collection.name", "purchase_lines_landing")
        );
        AssertTags($"localcloud: {Merge}", ("db.stored_procedure.name", "merge_purchase_lines"));
        Assert.StartsWith("shardId-", Span("processor: process purchases").Tags["messaging.destination.partition.id"]);

        ExportedSpan Span(string name) => trace.First(span => $"{span.Service}: {span.Name}" == name);

        void AssertTags(string name, params (string Key, string Value)[] tags) =>
            Assert.Equal(tags, tags.Select(tag => (tag.Key, Span(name).Tags.GetValueOrDefault(tag.Key, ""))));
    }

    [Fact]
    public async Task Trace_of_the_client_is_continued()
    {
        var system = await traced.StartedAsync();
        await system.DrainedAsync();
        var (purchase, client) = (NewId(), SpanRecorder.NewTrace());
        await system.PostAsync([purchase], SpanRecorder.TraceParent(client));

        var trace = await TraceAsync(system, purchase);
        Assert.Equal($"{client.TraceId}", trace[0].TraceId);
        Assert.Equal("POST /purchases", Assert.Single(trace, span => span.Parent == $"{client.SpanId}").Name);
    }

    [Fact]
    public async Task Request_of_many_purchases_traces_the_first_ones_to_the_stores()
    {
        var system = await traced.StartedAsync();
        await system.DrainedAsync();
        var client = SpanRecorder.NewTrace();
        await system.PostAsync([.. Enumerable.Range(0, 50).Select(_ => NewId())], SpanRecorder.TraceParent(client));
        IReadOnlyList<ExportedSpan> trace = [];
        await system.SpansAsync(spans =>
        {
            trace = [.. spans.Where(span => span.TraceId == $"{client.TraceId}")];
            return trace.Any(span => span.Name == Merge) && Updates() >= 8;
        });
        Assert.Equal(8, Updates());

        int Updates() => trace.Count(span => span.Name == "UpdateItem purchases-traced");
    }

    [Fact]
    public async Task Idle_system_that_is_polled_exports_no_spans()
    {
        var system = await traced.StartedAsync();
        await system.DrainedAsync();
        var before = NewId();
        await system.PostAsync(before);
        await TraceAsync(system, before); // Nothing is in flight any more.
        await Task.Delay(TimeSpan.FromSeconds(1));
        await system.DrainedAsync();
        system.Otlp.Clear();

        for (var second = 0; second < 8; second++)
        {
            foreach (var (service, path) in Polls(system))
                using (await service.Http.GetAsync(path)) { }
            // Request it as the web app does, without a trace.
            using var freshness = new HttpRequestMessage(HttpMethod.Get, "/sales/freshness");
            freshness.Headers.Add(
                "traceparent",
                $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00"
            );
            using (await system.Lookup.Http.SendAsync(freshness)) { }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([], system.Otlp.Spans.Select(span => $"{span.Service}: {span.Name}"));

        var after = NewId();
        await system.PostAsync(after);
        await TraceAsync(system, after); // The exporters still work.
    }

    private static IEnumerable<(ServiceProcess Service, string Path)> Polls(TracedSystem system) =>
        [
            (system.Ingest, "/health"),
            (system.Ingest, "/status"),
            (system.Processor, "/health"),
            (system.Processor, "/status"),
            (system.Lookup, "/health"),
            (system.Lookup, "/alive"),
            (system.LocalCloud, "/_health"),
            (system.LocalCloud, "/_delivery"),
        ];

    private static string NewId() => $"T-{Guid.NewGuid():N}";

    /// <summary>
    /// Waits for the trace with the purchase's write to the lookup table and a merge, and for all parents of its spans.
    /// </summary>
    private static async Task<IReadOnlyList<ExportedSpan>> TraceAsync(TracedSystem system, string purchase)
    {
        IReadOnlyList<ExportedSpan> trace = [];
        await system.SpansAsync(spans =>
        {
            var update = spans.FirstOrDefault(span => span.Tags.GetValueOrDefault("pos.purchase.id") == purchase);
            trace = [.. spans.Where(span => span.TraceId == update?.TraceId)];
            return trace.Any(span => span.Name == Merge)
                && trace.Count(span => trace.All(other => other.SpanId != span.Parent)) == 1;
        });
        return trace;
    }
}
