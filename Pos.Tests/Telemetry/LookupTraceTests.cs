using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>Traces of the lookup service's calls, and the exported metrics.</summary>
[Collection(TracedSystem.Collection)]
[SystemTest]
public sealed class LookupTraceTests(TracedSystem traced)
{
    [Fact]
    public async Task Sales_request_is_traced_into_the_warehouse()
    {
        var system = await traced.StartedAsync();
        var client = SpanRecorder.NewTrace();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sales/summary");
        request.Headers.Add("traceparent", SpanRecorder.TraceParent(client));
        using (var response = await system.Lookup.Http.SendAsync(request))
            response.EnsureSuccessStatusCode();

        var spans = await system.SpansAsync(spans =>
            spans.Any(span => span.TraceId == $"{client.TraceId}" && span.Scope == "Npgsql")
        );
        Assert.Contains(spans, span =>
            span.TraceId == $"{client.TraceId}" && span.Scope == "Npgsql" && span.Service == "lookup"
        );
    }

    [Fact]
    public async Task Metrics_of_Npgsql_and_of_every_service_are_exported()
    {
        var system = await traced.StartedAsync();
        await system.PostAsync($"T-{Guid.NewGuid():N}");
        using (await system.Lookup.Http.GetAsync("/sales/summary")) { }
        string[] expected =
        [
            "ingest: pos.ingest.purchases.accepted",
            "processor: pos.processor.store.duration",
            "localcloud: pos.localcloud.call.duration",
            "localcloud: pos.delivery.step.duration",
            "localcloud: pos.localcloud.streams.shards",
            "localcloud: pos.localcloud.objects",
        ];
        IEnumerable<string> exported = [];
        await Wait.UntilAsync(
            () =>
            {
                exported = system.Otlp.Metrics.Select(metric => $"{metric.Service}: {metric.Name}");
                return !expected.Except(exported).Any()
                    && system.Otlp.Metrics.Any(metric => metric is { Service: "lookup", Meter: "Npgsql" });
            },
            $"metrics, of {string.Join(", ", expected)}"
        );
    }
}
