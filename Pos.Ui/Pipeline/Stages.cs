using Pos.Contracts.Http;
using Pos.Contracts.Processor;
using Pos.Ui.Formats;

namespace Pos.Ui.Pipeline;

/// <summary>The picture of the pipeline, from what the services answered.</summary>
internal static class Stages
{
    private const string Lake = "Lake";
    private const string LookupTable = "Lookup table";
    private const string Delivery = "Delivery";
    private const string Warehouse = "Warehouse";
    private const string Quarantine = "Quarantine";

    // What a record usually takes is a fraction of a second; a delivery waits for a buffer to fill, 60 s and more on
    // AWS.
    private static readonly TimeSpan s_old = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_oldDelivery = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_oldLanding = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<Stage> Of(PipelineSnapshot now) =>
        [
            OfTills(now),
            OfIngest(now),
            OfStream(now),
            OfProcessor(now),
            OfSink(now, "lake", Lake),
            OfSink(now, "lookup", LookupTable),
            OfDelivery(now),
            OfWarehouse(now),
            OfQuarantine(now),
        ];

    private static Stage OfTills(PipelineSnapshot now) =>
        new(
            "tills",
            "Tills and CSV files",
            null,
            null,
            [
                new("Posting", Rates.Lines(now.Ingest?.Value?.LinesPerSecond)),
                new("Turned away", Number(now.Ingest?.Value?.Rejected)),
            ],
            "Ingest"
        )
        {
            IsFlowing = now.Ingest?.Value is { LinesPerSecond: > 0 },
        };

    private static Stage OfIngest(PipelineSnapshot now)
    {
        var status = now.Ingest?.Value;
        var (state, why) = Heard(now.Ingest)
            ?? (
                status!.StreamFailure is { } failure
                    ? (
                        StageState.Behind,
                        $"The last write to the stream failed; what is posted waits and is tried again. {failure}"
                    )
                    : (StageState.Running, null)
            );
        return new(
            "ingest",
            "Ingest",
            state,
            why,
            [
                new("Rate", Rates.Lines(status?.LinesPerSecond)),
                new(
                    "In flight",
                    status is null
                        ? Rates.None
                        : $"{Figures.Count(status.CallsInFlight, "call", "calls")}, {Figures.Bytes(status.BytesWaiting)}"
                ),
                new("Last accepted", Ago(now, status?.LastAcceptedAt)),
            ],
            "Stream"
        )
        {
            IsFlowing = status is { LinesPerSecond: > 0 },
        };
    }

    private static Stage OfStream(PipelineSnapshot now)
    {
        var processor = now.Processor?.Value;
        var (state, why) = (processor?.StreamFailure, now.Ingest?.Value?.StreamFailure) switch
        {
            ({ } reading, _) => (StageState.Away, reading),
            (null, { } writing) when processor is null => (StageState.Away, writing),
            _ when processor is null && now.Ingest?.Value is null => (
                StageState.NotKnown,
                "Neither ingest nor processor tell of it."
            ),
            _ => (StageState.Running, (string?)null),
        };
        var open = processor?.Shards.Where(shard => shard.State is not "ended").ToArray();
        return new(
            "stream",
            "Stream",
            state,
            why,
            [
                new("Rate", Rates.Of(now.Ingest?.Value?.RecordsPerSecond, "records/s")),
                new("Open shards", processor is { Mapping: true } ? Figures.Count(open!.Length) : Rates.None),
                new("Waiting", Waiting(open)),
            ],
            "Processor"
        )
        {
            IsFlowing = processor is { LinesPerSecond: > 0 },
        };
    }

    private static Stage OfProcessor(PipelineSnapshot now)
    {
        var status = now.Processor?.Value;
        var age = Oldest(status);
        var (state, why) = Heard(now.Processor)
            ?? (
                status! switch
                {
                    { Failure: { } failure } => (StageState.Behind, failure),
                    _ when status!.Shards.FirstOrDefault(shard => shard.Failure is not null) is { } held => (
                        StageState.Behind,
                        $"{held.ShardId} waits and is tried again. {held.Failure}"
                    ),
                    _ when age > s_old => (
                        StageState.Behind,
                        $"The oldest record that is not done is {Figures.Age(age.Value)} old."
                    ),
                    _ => (StageState.Running, (string?)null),
                }
            );
        return new(
            "processor",
            "Processor",
            state,
            why,
            [
                new("Rate", Rates.Lines(status?.LinesPerSecond)),
                new(
                    "In flight",
                    status is null ? Rates.None : Figures.Count(status.BatchesInFlight, "batch", "batches")
                ),
                new("Iterator age", age is null ? Rates.None : Rates.Age(age.Value)),
            ],
            Lake,
            LookupTable,
            Delivery,
            Quarantine
        )
        {
            IsFlowing = status is { LinesPerSecond: > 0 },
        };
    }

    private static Stage OfSink(PipelineSnapshot now, string name, string text)
    {
        var sink = now.Processor?.Value?.Sink(name);
        var (state, why) = StateOf(now, sink);
        return new(
            name,
            text,
            state,
            why,
            [new("Rate", Rates.Lines(sink?.LinesPerSecond)), new("Last write", Ago(now, sink?.LastWriteAt))]
        )
        {
            IsFlowing = sink is { LinesPerSecond: > 0 },
        };
    }

    private static Stage OfDelivery(PipelineSnapshot now)
    {
        var sink = now.Processor?.Value?.Sink("warehouse");
        var waits = now.UndeliveredSince is { } since ? now.At - since : (TimeSpan?)null;
        var (state, why) = StateOf(now, sink);
        if (state is StageState.Running && waits > s_oldDelivery)
            (state, why) = (
                StageState.Behind,
                $"Nothing has been loaded into the warehouse for {Figures.Age(waits.Value)}, and there is something to load."
            );
        return new(
            "delivery",
            Delivery,
            state,
            why,
            [
                new("Rate", Rates.Lines(sink?.LinesPerSecond)),
                new("Last write", Ago(now, sink?.LastWriteAt)),
                new(
                    "Oldest not loaded",
                    waits is { } age ? Figures.Age(age)
                        : sink is null || now.Warehouse?.Value is null ? Rates.None
                        : "nothing"
                ),
            ],
            Warehouse
        )
        {
            IsFlowing = waits is not null || sink is { LinesPerSecond: > 0 },
        };
    }

    private static Stage OfWarehouse(PipelineSnapshot now)
    {
        var warehouse = now.Warehouse?.Value;
        var landed = warehouse?.OldestNotMergedAt is { } oldest ? now.At - oldest : TimeSpan.Zero;
        var (state, why) = now.Warehouse?.Failure switch
        {
            ServiceUnavailable { Responded: false } silent => (StageState.NotKnown, silent.Text),
            { } failure => (StageState.Away, failure.Text),
            _ when warehouse is null => (StageState.NotKnown, null),
            _ when landed > s_oldLanding => (
                StageState.Behind,
                $"Rows that landed {Figures.Age(landed)} ago are not merged yet."
            ),
            _ => (StageState.Running, (string?)null),
        };
        return new(
            "warehouse",
            Warehouse,
            state,
            why,
            [
                new("Lines", Number(warehouse?.Rows)),
                new("Landed, not merged", Number(warehouse?.RowsNotMerged)),
                new("Last load", Ago(now, warehouse?.NewestLoadAt)),
            ]
        );
    }

    private static Stage OfQuarantine(PipelineSnapshot now)
    {
        var counts = now.Quarantine?.Value;
        var (state, why) = now.Quarantine?.Failure switch
        {
            ServiceUnavailable { Responded: false } silent => (StageState.NotKnown, silent.Text),
            { } failure => (StageState.Away, failure.Text),
            _ => counts is null ? (StageState.NotKnown, null) : (StageState.Running, (string?)null),
        };
        return new(
            "quarantine",
            Quarantine,
            state,
            why,
            [
                new("Waiting", Number(counts?.Reasons.Sum(reason => (long)reason.Open))),
                new("Replayed", Number(counts?.Reasons.Sum(reason => (long)reason.Replayed))),
                new("Discarded", Number(counts?.Reasons.Sum(reason => (long)reason.Discarded))),
            ]
        );
    }

    /// <summary>Null when it answered.</summary>
    private static (StageState, string?)? Heard<T>(Answer<T>? answer)
        where T : class =>
        answer switch
        {
            null => (StageState.NotKnown, null),
            { Failure: { } failure } => (StageState.Away, failure.Text),
            _ => null,
        };

    private static (StageState, string?) StateOf(PipelineSnapshot now, SinkReport? sink) =>
        sink switch
        {
            null => (
                StageState.NotKnown,
                now.Processor is null ? null : "The processor, which writes to it, does not tell."
            ),
            { Failure: { } failure } => (StageState.Away, failure),
            _ => (StageState.Running, null),
        };

    private static TimeSpan? Oldest(ProcessorStatus? status) =>
        status?.Shards.Max(shard => shard.IteratorAgeMilliseconds) is { } age ? TimeSpan.FromMilliseconds(age) : null;

    private static string Waiting(ShardReport[]? open) =>
        open is not { Length: > 0 } || open.All(shard => shard.LagRecords is null)
            ? Rates.None
            : Figures.Count(open.Sum(shard => shard.LagRecords ?? 0), "record", "records");

    private static string Number(long? count) => count is { } known ? Figures.Count(known) : Rates.None;

    private static string Ago(PipelineSnapshot now, DateTimeOffset? then) =>
        then is { } at ? $"{Figures.Age(now.At > at ? now.At - at : TimeSpan.Zero)} ago" : Rates.None;
}
