using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.Ui.Pipeline;
using Xunit;
using static Pos.Tests.Ui.Pipeline.PipelineAnswers;

namespace Pos.Tests.Ui.Pipeline;

[Fast]
public sealed class StagesTests
{
    [Fact]
    public void All_stages_run_where_all_is_well()
    {
        var stages = Stages.Of(Snapshot);
        Assert.Equal(
            ["tills", "ingest", "stream", "processor", "lake", "lookup", "delivery", "warehouse", "quarantine"],
            stages.Select(stage => stage.Key)
        );
        Assert.All(stages.Skip(1), stage => Assert.Equal((StageState.Running, null), (stage.State, stage.Why)));
        Assert.Null(stages[0].State);
        Assert.Equal("12 lines/s", Fact(stages, "ingest", "Rate"));
        Assert.Equal("2 records", Fact(stages, "stream", "Waiting"));
        Assert.Equal("40 ms", Fact(stages, "processor", "Iterator age"));
        Assert.Equal("nothing", Fact(stages, "delivery", "Oldest not loaded"));
    }

    [Fact]
    public void Processor_that_is_away_leaves_what_only_it_tells_of_unknown()
    {
        var stages = Stages.Of(
            Snapshot with
            {
                Processor = Silent<ProcessorStatus>("processor"),
                Quarantine = Silent<QuarantineCounts>("processor"),
            }
        );
        Assert.Equal(
            [
                ("ingest", StageState.Running),
                ("stream", StageState.Running),
                ("processor", StageState.Away),
                ("lake", StageState.NotKnown),
                ("lookup", StageState.NotKnown),
                ("delivery", StageState.NotKnown),
                ("warehouse", StageState.Running),
                ("quarantine", StageState.NotKnown),
            ],
            States(stages)
        );
        Assert.Equal("The processor service does not answer.", Stage(stages, "processor").Why);
    }

    [Fact]
    public void Store_that_is_away_is_not_the_service_that_tells_so()
    {
        Answer<SalesFreshness> heard = new ServiceUnavailable("lookup", "The warehouse cannot be reached now.")
        {
            Responded = true,
        };
        Assert.Equal(StageState.Away, Stage(Stages.Of(Snapshot with { Warehouse = heard }), "warehouse").State);
        Assert.Equal(
            StageState.NotKnown,
            Stage(Stages.Of(Snapshot with { Warehouse = Silent<SalesFreshness>("lookup") }), "warehouse").State
        );

        var lake = OfProcessor with
        {
            Sinks = [Sink("lake") with { Failure = "IOException: refused" }, Sink("lookup"), Sink("warehouse")],
        };
        var stages = Stages.Of(Snapshot with { Processor = lake });
        Assert.Equal(
            (StageState.Away, "IOException: refused"),
            (Stage(stages, "lake").State, Stage(stages, "lake").Why)
        );
        Assert.Equal(StageState.Running, Stage(stages, "lookup").State);
    }

    [Fact]
    public void Stream_is_away_when_who_reads_it_says_so_and_ingest_is_behind_when_it_cannot_write()
    {
        var stages = Stages.Of(
            Snapshot with
            {
                Processor = OfProcessor with { StreamFailure = "no such stream", Failure = "no such stream" },
                Ingest = OfIngest with { StreamFailure = "refused" },
            }
        );
        Assert.Equal(
            (StageState.Away, StageState.Behind, StageState.Behind),
            (
                Stage(stages, "stream").State!.Value,
                Stage(stages, "ingest").State!.Value,
                Stage(stages, "processor").State!.Value
            )
        );
    }

    [Theory]
    [InlineData(4_999, null, StageState.Running)]
    [InlineData(5_001, null, StageState.Behind)]
    [InlineData(0, "IOException: away", StageState.Behind)]
    public void Processor_is_behind_when_its_oldest_record_is_old_or_a_shard_is_held(
        long age,
        string? failure,
        StageState expected
    )
    {
        var processor = OfProcessor with
        {
            Shards = [Shard, Shard with { ShardId = "shardId-1", IteratorAgeMilliseconds = age, Failure = failure }],
        };
        Assert.Equal(expected, Stage(Stages.Of(Snapshot with { Processor = processor }), "processor").State);
    }

    [Fact]
    public void Delivery_is_behind_when_for_minutes_nothing_was_loaded_and_something_waits()
    {
        var (waits, none) = (
            Snapshot with
            {
                Warehouse = OfWarehouse with { NewestLoadAt = Now.AddHours(-1).UtcDateTime },
            },
            (PipelineSnapshot?)null
        );
        var first = waits.After(none);
        Assert.Equal(Now.AddSeconds(-1), first.UndeliveredSince); // The newest write: nobody saw older ones.

        var later = (waits with { At = Now.AddMinutes(3), Processor = With(Now.AddMinutes(3)) }).After(first);
        Assert.Equal(first.UndeliveredSince, later.UndeliveredSince); // Newer writes make it no younger.
        Assert.Equal(StageState.Behind, Stage(Stages.Of(later), "delivery").State);

        var loaded = (
            later with
            {
                Warehouse = OfWarehouse with { NewestLoadAt = Now.AddMinutes(1).UtcDateTime },
            }
        ).After(later);
        Assert.Equal(Now.AddMinutes(3), loaded.UndeliveredSince); // What was loaded is not waiting.
        Assert.Null(
            (loaded with { Warehouse = OfWarehouse with { NewestLoadAt = Now.AddMinutes(4).UtcDateTime } })
                .After(loaded)
                .UndeliveredSince
        );

        static ProcessorStatus With(DateTimeOffset lastWrite) =>
            OfProcessor with
            {
                Sinks = [Sink("lake"), Sink("lookup"), Sink("warehouse") with { LastWriteAt = lastWrite }],
            };
    }

    [Fact]
    public void Warehouse_is_behind_when_rows_that_landed_are_not_merged()
    {
        var landed = OfWarehouse with { RowsNotMerged = 7, OldestNotMergedAt = Now.AddMinutes(-2).UtcDateTime };
        Assert.Equal(StageState.Behind, Stage(Stages.Of(Snapshot with { Warehouse = landed }), "warehouse").State);
    }

    [Fact]
    public void Changes_of_state_are_told_in_words_and_figures_are_not()
    {
        var before = Stages.Of(Snapshot);
        Assert.Equal(
            "",
            Pos.Ui.Pipeline.Stage.Changes(
                before,
                Stages.Of(Snapshot with { Ingest = OfIngest with { LinesPerSecond = 99 } })
            )
        );
        Assert.Equal(
            "Ingest: away.",
            Pos.Ui.Pipeline.Stage.Changes(before, Stages.Of(Snapshot with { Ingest = Silent<IngestStatus>("ingest") }))
        );
        Assert.Equal("", Pos.Ui.Pipeline.Stage.Changes([], before));
    }

    [Fact]
    public void Counters_say_since_when_they_count()
    {
        var counters = Counter.Of(Snapshot, Same);
        Assert.Equal(
            [
                ("accepted", 1_234, null),
                ("lake", 1_000, 1_234),
                ("lookup", 1_000, 1_234),
                ("warehouse", 1_200, 1_234),
                ("quarantined", 2L, 2L),
            ],
            counters.Select(counter => (counter.Key, counter.Count, counter.Compared))
        );
        Assert.Contains("since ingest started", counters[0].Meaning, StringComparison.Ordinal);
        Assert.Contains("since this processor started", counters[1].Meaning, StringComparison.Ordinal);
        Assert.Contains("of all time", counters[3].Meaning, StringComparison.Ordinal);
    }

    private static Stage Stage(IReadOnlyList<Stage> stages, string key) => stages.Single(stage => stage.Key == key);

    private static string Fact(IReadOnlyList<Stage> stages, string key, string label) =>
        Stage(stages, key).Facts.Single(fact => fact.Label == label).Value;

    private static IEnumerable<(string, StageState)> States(IReadOnlyList<Stage> stages) =>
        stages.Where(stage => stage.State is not null).Select(stage => (stage.Key, stage.State!.Value));
}
