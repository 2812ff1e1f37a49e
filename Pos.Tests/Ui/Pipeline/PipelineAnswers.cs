using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.Ui.Pipeline;

namespace Pos.Tests.Ui.Pipeline;

/// <summary>What services answer where all is well, to be changed by each test.</summary>
internal static class PipelineAnswers
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static IngestStatus OfIngest { get; } =
        new(
            Now.AddHours(-1),
            Purchases: 40,
            PurchasesPerSecond: 0.4,
            Lines: 1_234,
            LinesPerSecond: 12,
            Rejected: 3,
            Now.AddSeconds(-2),
            Records: 20,
            RecordsPerSecond: 1.5,
            CallsInFlight: 1,
            BytesWaiting: 2_500,
            StreamFailure: null
        );

    public static ShardReport Shard { get; } =
        new(
            "shardId-0",
            "here",
            "host/1#1",
            "4711",
            IteratorAgeMilliseconds: 40,
            LagRecords: 2,
            Now,
            Records: 9,
            Retries: 0,
            Failure: null
        );

    public static ProcessorStatus OfProcessor { get; } =
        new(
            Mapping: true,
            null,
            null,
            null,
            [Shard],
            Now.AddHours(-1),
            BatchesInFlight: 1,
            Records: 18,
            RecordsPerSecond: 1.4,
            Lines: 1_200,
            LinesPerSecond: 11,
            Quarantined: 7,
            [Sink("lake"), Sink("lookup"), Sink("warehouse")]
        );

    public static SalesFreshness OfWarehouse { get; } =
        new(
            Now.AddDays(-1).UtcDateTime,
            NewestLoadAt: Now.UtcDateTime,
            Rows: 1_200,
            RowsNotMerged: 0,
            OldestNotMergedAt: null
        );

    public static QuarantineCounts OfQuarantine { get; } =
        new([new("invalid_purchase", Open: 2, Replayed: 1, Discarded: 4)], Complete: true);

    public static PipelineSnapshot Snapshot { get; } = new(Now, OfIngest, OfProcessor, OfWarehouse, OfQuarantine);

    public static SinkReport Sink(string name) =>
        new(name, Lines: 1_000, LinesPerSecond: 11, Now.AddSeconds(-1), Failure: null);

    public static Answer<T> Silent<T>(string service)
        where T : class => new ServiceUnavailable(service, $"The {service} service does not answer.");

    public static ReconciliationResult Same { get; } =
        new(true, new([Totals("lake"), Totals("lookup"), Totals("warehouse")], 0, 0, [], 0, []), new(0, 0, 0, 0, 2, 4));

    public static ReconciliationResult Different { get; } =
        Same with
        {
            Clean = false,
            Stores = Same.Stores with
            {
                DifferenceCount = 250,
                Differences =
                [
                    new("P1", 2, "not_in_warehouse", []),
                    new("P2", 1, "differing", [new("quantity", "6", "6", null)]),
                ],
            },
        };

    private static StoreTotals Totals(string store) =>
        new(store, 40, 1_234, 9_000, new Dictionary<string, decimal> { ["GBP"] = 1_234.5678m }, new string('0', 32));
}
