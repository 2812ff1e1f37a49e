using System.Diagnostics.Metrics;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Metrics of records put into streams, tagged with <c>stream</c>.</summary>
internal sealed class StreamsMetrics
{
    private readonly Counter<long> _records;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _throttled;

    public StreamsMetrics(IMeterFactory meters, StreamStore streams)
    {
        var meter = meters.Create(CallMetrics.MeterName);
        _records = meter.CreateCounter<long>("pos.localcloud.streams.records", "{record}", "Records put into streams");
        _bytes = meter.CreateCounter<long>("pos.localcloud.streams.size", "By", "Data put into streams");
        _throttled = meter.CreateCounter<long>(
            "pos.localcloud.streams.throttled",
            "{record}",
            "Records throttled because a shard's limit was reached"
        );
        meter.CreateObservableGauge(
            "pos.localcloud.streams.shards",
            () =>
                streams.All.Select(stream => new Measurement<int>(
                    stream.State.OpenShards.Length,
                    Tag(stream.State.Name)
                )),
            "{shard}",
            "Open shards"
        );
    }

    public void Put(string stream, PutBatch batch, int throttled)
    {
        var bytes = 0L;
        foreach (ref readonly var entry in batch.Entries)
            bytes += entry.Throttled ? 0 : entry.DataBytes;
        _records.Add(batch.Count - throttled, Tag(stream));
        _bytes.Add(bytes, Tag(stream));
        if (throttled > 0)
            _throttled.Add(throttled, Tag(stream));
    }

    private static KeyValuePair<string, object?> Tag(string stream) => new("stream", stream);
}
