using System.Buffers;
using System.Diagnostics;
using System.Text;
using Pos.Contracts;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using Pos.Tests.Processor;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>Spans of a batch with several purchases, with stores in memory.</summary>
[SystemTest]
public sealed class BatchTraceTests : IDisposable
{
    private readonly SpanRecorder _spans = new("Pos.Processor");
    private readonly Stores _stores = Stores.InMemory();

    public void Dispose()
    {
        _spans.Dispose();
        _stores.Dispose();
    }

    [Fact]
    public async Task Single_traced_purchase_has_all_its_stores_in_its_own_trace()
    {
        var trace = SpanRecorder.NewTrace();
        await ProcessAsync(Line("A", SpanRecorder.TraceParent(trace)), Line("B", null));

        var spans = _spans.Find(trace);
        var batch = Assert.Single(spans, span => span.OperationName == "process purchases");
        Assert.Equal((trace.SpanId, ActivityKind.Consumer), (batch.ParentSpanId, batch.Kind));
        Assert.Equal(
            ["PutObject pos-lake", "PutRecordBatch purchases-to-warehouse", "UpdateItem purchases"],
            spans.Where(span => span.ParentSpanId == batch.SpanId).Select(span => span.OperationName).Order()
        );
        // B is not traced: no span for its update.
        Assert.Equal(
            "A",
            Assert.Single(spans, span => span.OperationName == "UpdateItem purchases").GetTagItem("pos.purchase.id")
        );
    }

    [Fact]
    public async Task Batch_of_several_traces_links_to_each_and_each_has_a_span_that_links_back()
    {
        ActivityContext[] traces = [SpanRecorder.NewTrace(), SpanRecorder.NewTrace(), SpanRecorder.NewTrace()];
        await ProcessAsync([.. traces.Select((trace, i) => Line($"P{i}", SpanRecorder.TraceParent(trace)))]);

        var batch = Assert.Single(_spans.Find(traces), span => span.OperationName == "process purchases");
        Assert.Equal(traces[0].TraceId, batch.TraceId);
        Assert.Equal(traces[1..].Select(trace => trace.SpanId), batch.Links.Select(link => link.Context.SpanId));
        foreach (var (trace, i) in traces[1..].Select((trace, i) => (trace, i + 1)))
        {
            var own = Assert.Single(_spans.Find(trace), span => span.OperationName == "process purchase");
            Assert.Equal(trace.SpanId, own.ParentSpanId);
            Assert.Equal(batch.SpanId, Assert.Single(own.Links).Context.SpanId);
            var update = Assert.Single(_spans.Find(trace), span => span.OperationName == "UpdateItem purchases");
            Assert.Equal((own.SpanId, $"P{i}"), (update.ParentSpanId, update.GetTagItem("pos.purchase.id")));
        }
        Assert.DoesNotContain(_spans.Find(traces[1..]), span => span.OperationName.StartsWith("PutObject"));
    }

    [Fact]
    public async Task Batch_of_many_traces_has_a_limited_number_of_links_and_spans()
    {
        var traces = Enumerable.Range(0, 200).Select(_ => SpanRecorder.NewTrace()).ToArray();
        await ProcessAsync([.. traces.Select((trace, i) => Line($"P{i}", SpanRecorder.TraceParent(trace)))]);

        var spans = _spans.Find(traces);
        Assert.Equal(
            BatchTrace.MaxTraces - 1,
            spans.Single(span => span.OperationName == "process purchases").Links.Count()
        );
        Assert.Equal(BatchTrace.MaxTraces - 1, spans.Count(span => span.OperationName == "process purchase"));
        Assert.Equal(200, (await _stores.LinesAsync()).Lookup.Length);
    }

    [Fact]
    public async Task Failed_store_marks_the_batch_and_its_own_span()
    {
        var trace = SpanRecorder.NewTrace();
        _stores.Firehose.Rejects = (_, _) => true;
        var response = await _stores.Handler.HandleAsync(
            [Record(1, Line("A", SpanRecorder.TraceParent(trace)))],
            lease: null,
            CancellationToken.None
        );

        Assert.NotEmpty(response.BatchItemFailures);
        var spans = _spans.Find(trace);
        Assert.Equal(
            "Pos.Processor.Warehouse.RecordsRejectedException",
            spans.Single(span => span.OperationName == "process purchases").GetTagItem("error.type")
        );
        var puts = spans.Where(span => span.OperationName == "PutRecordBatch purchases-to-warehouse").ToArray();
        Assert.All(puts, put => Assert.Equal("ServiceUnavailableException", put.GetTagItem("error.type")));
        Assert.All(puts, put => Assert.Equal(ActivityStatusCode.Error, put.Status));
        Assert.NotEmpty(puts);
    }

    [Theory]
    [InlineData("null")] // No traceparent, as an older version of ingest writes.
    [InlineData("\"00-not-a-trace\"")]
    [InlineData("\"00-00000000000000000000000000000000-0000000000000000-01\"")]
    [InlineData("{\"trace\":[1]}")]
    [InlineData("7")]
    public async Task Purchase_without_a_valid_trace_is_stored(string traceParent)
    {
        var line =
            traceParent == "null"
                ? Line("A", null)
                : Line("A", null).Replace("}\n", $",\"traceparent\":{traceParent}}}\n", StringComparison.Ordinal);
        await ProcessAsync(line);
        await _stores.AssertLinesAsync("A/1=6");
        Assert.Empty(_stores.S3.Keys("quarantine/"));
    }

    [Fact]
    public async Task Stored_bytes_are_equal_with_and_without_a_trace()
    {
        using var untraced = Stores.InMemory();
        await ProcessAsync(Line("A", SpanRecorder.TraceParent(SpanRecorder.NewTrace())));
        await untraced.Handler.HandleAsync([Record(1, Line("A", null))], lease: null, CancellationToken.None);

        var key = Assert.Single(_stores.S3.Keys("purchases/"));
        Assert.Equal(untraced.S3.Objects[key], _stores.S3.Objects[key]);
        Assert.Equal(
            (await untraced.ItemAsync("A")).Select(attribute => (attribute.Key, attribute.Value.S)).Order(),
            (await _stores.ItemAsync("A")).Select(attribute => (attribute.Key, attribute.Value.S)).Order()
        );
        Assert.Equal(untraced.Firehose.Records, _stores.Firehose.Records);
    }

    [Fact]
    public async Task Redelivery_in_another_trace_changes_nothing()
    {
        var record = Record(1, Line("A", SpanRecorder.TraceParent(SpanRecorder.NewTrace())));
        await ProcessAsync(record);
        var before = _stores.S3.Objects.ToDictionary(entry => entry.Key, entry => entry.Value);
        using (NoTrace.Begin())
            await ProcessAsync(record);
        Assert.Equal(before, _stores.S3.Objects.ToDictionary(entry => entry.Key, entry => entry.Value));
        await _stores.AssertLinesAsync("A/1=6");
    }

    [Fact]
    public void Unsampled_purchases_allocate_nothing_for_tracing()
    {
        StreamRecord[] batch = [Record(1, [.. Enumerable.Range(0, 500).Select(i => Line($"P{i}", null))])];
        var decoded = RecordDecoder.Decode(batch);
        using var untraced = NoTrace.Begin();
        var allocated = long.MaxValue;
        for (var round = 0; round < 20; round++) // The first rounds include JIT compilation.
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Null(ProcessTrace.Start("purchases", batch, decoded));
            Assert.Null(ProcessTrace.Source.StartS3("PutObject", "pos-lake", "key"));
            using (NoTrace.Begin()) { }
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        // The list's enumerator, once a batch.
        Assert.InRange(allocated, 0, 64);
    }

    private Task ProcessAsync(params string[] lines) => ProcessAsync(Record(1, lines));

    private async Task ProcessAsync(StreamRecord record)
    {
        var response = await _stores.Handler.HandleAsync([record], lease: null, CancellationToken.None);
        Assert.Empty(response.BatchItemFailures);
    }

    private static StreamRecord Record(int sequence, params string[] lines) =>
        Records.Create(sequence, Encoding.UTF8.GetBytes(string.Concat(lines)));

    private static string Line(string purchaseId, string? traceParent)
    {
        var json = new ArrayBufferWriter<byte>();
        PurchaseWriter.WriteAccepted(json, new(Samples.Purchase(purchaseId), Samples.Arrival, traceParent));
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
