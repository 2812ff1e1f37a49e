using Pos.Contracts.Lookup;
using Pos.Ui.Pipeline;
using Xunit;
using static Pos.Tests.Ui.Pipeline.PipelineAnswers;

namespace Pos.Tests.Ui.Pipeline;

[Fast]
public sealed class ComparisonTextTests
{
    [Fact]
    public void Same_stores_are_told_by_how_much_they_hold()
    {
        Assert.Equal(
            "The three stores hold the same 1,234 lines of 40 purchases, each exactly once.",
            ComparisonText.Verdict(Same)
        );
        Assert.Equal("Nothing was on its way.", ComparisonText.OnItsWay(Same));
        Assert.Equal(
            "In quarantine, and so in no store: 2 entries that wait, 4 discarded.",
            ComparisonText.Quarantine(Same.InFlight)
        );
    }

    [Fact]
    public void Difference_is_one_only_when_nothing_was_on_its_way()
    {
        Assert.Equal("The three stores differ in 250 lines.", ComparisonText.Verdict(Different));
        Assert.StartsWith(
            "Nothing was on its way, so they do differ",
            ComparisonText.OnItsWay(Different),
            StringComparison.Ordinal
        );

        var moving = Different with
        {
            InFlight = Different.InFlight with { StreamRecords = 1, OldestMilliseconds = 300, DeliveryBytes = 1_500 },
        };
        Assert.Equal(
            "When it began, there was on its way: 1 stream record (the oldest 300 ms old), 1.5 kB in the delivery to the warehouse. That looks like a difference: compare again when it has arrived.",
            ComparisonText.OnItsWay(moving)
        );

        var unknown = Different with { InFlight = new(null, null, 0, null, null, null) };
        Assert.StartsWith(
            "What was on its way could not all be asked",
            ComparisonText.OnItsWay(unknown),
            StringComparison.Ordinal
        );
        Assert.Equal("Quarantine could not be asked.", ComparisonText.Quarantine(unknown.InFlight));
    }

    [Fact]
    public void Empty_and_unreadable_stores_are_told()
    {
        ReconciliationResult empty = Same with
        {
            Stores = Same.Stores with
            {
                Stores = [.. Same.Stores.Stores.Select(store => store with { Lines = 0, Purchases = 0 })],
            },
        };
        Assert.Equal("The three stores are empty.", ComparisonText.Verdict(empty));
        var unreadable = Same with
        {
            Clean = false,
            Stores = Same.Stores with { UnreadableCount = 1, Unreadable = ["purchases/x: no gzip"] },
        };
        Assert.Equal("The three stores hold 1 object or line that cannot be read.", ComparisonText.Verdict(unreadable));
    }
}
