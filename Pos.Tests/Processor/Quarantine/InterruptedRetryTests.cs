using Pos.Contracts;
using Pos.Processor.Quarantine;
using Pos.Storage.Quarantine;
using Xunit;

namespace Pos.Tests.Processor.Quarantine;

/// <summary>The process crashes at each call to a store in turn, and the action is repeated.</summary>
[SystemTest]
public sealed class InterruptedRetryTests
{
    private static readonly Purchase s_good = Samples.Purchase("A", lines: [Samples.Line(1, 5), Samples.Line(2, 7)]);
    private static readonly string s_bad = Records.Text(s_good).Replace("\"quantity\":7", "\"quantity\":0");

    [Fact]
    public async Task Retry_that_crashes_at_any_step_succeeds_when_repeated()
    {
        var crashes = 0;
        foreach (var fault in (Fault[])[Fault.Failed, Fault.ResponseLost])
            for (var call = 1; ; call++)
            {
                using var stores = Stores.InMemory();
                Assert.Empty(
                    (
                        await stores.Handler.HandleAsync(
                            [Records.FromText(1, Records.Text(Samples.Purchase("B")), s_bad)],
                            lease: null,
                            CancellationToken.None
                        )
                    ).BatchItemFailures
                );
                var id = (await stores.Listing.PageAsync(new(null, null, null, null), 1, null, CancellationToken.None))
                    .Entries[0]
                    .Id;
                stores.Calls.CrashAt(call, fault);
                try
                {
                    await stores.Actions.RetryAsync(id, Records.Text(s_good), CancellationToken.None);
                }
                catch (Amazon.Runtime.AmazonServiceException)
                {
                    crashes++;
                }
                var steps = stores.Calls.Made.Count;
                stores.Calls.Reset();

                Assert.Equal(
                    QuarantineOutcome.Replayed,
                    (await stores.Actions.RetryAsync(id, Records.Text(s_good), CancellationToken.None)).Outcome
                );

                await stores.AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
                Assert.Equal(2, stores.Lake().Count());
                if (steps < call)
                    break;
            }
        Assert.True(crashes >= 14, $"{crashes}");
    }

    [Fact]
    public async Task Discard_that_crashes_at_any_step_succeeds_when_repeated_and_lists_stay_correct()
    {
        foreach (var fault in (Fault[])[Fault.Failed, Fault.ResponseLost])
            for (var call = 1; ; call++)
            {
                using var stores = Stores.InMemory();
                await stores.Handler.HandleAsync([Records.FromText(1, s_bad)], lease: null, CancellationToken.None);
                var id = (await stores.Listing.PageAsync(new(null, null, null, null), 1, null, CancellationToken.None))
                    .Entries[0]
                    .Id;
                stores.Calls.CrashAt(call, fault);
                var result = await Record.ExceptionAsync(() =>
                    stores.Actions.DiscardAsync(id, "why", CancellationToken.None)
                );
                var steps = stores.Calls.Made.Count;
                stores.Calls.Reset();
                var decided = stores
                    .S3.Keys("quarantine/")
                    .Any(key => key.EndsWith(".decision", StringComparison.Ordinal));

                var open = (
                    await stores.Listing.PageAsync(
                        new(null, QuarantineState.Open, null, null),
                        1,
                        null,
                        CancellationToken.None
                    )
                )
                    .Entries
                    .Count;
                Assert.Equal(decided ? 0 : 1, open);
                Assert.Equal(
                    QuarantineOutcome.Discarded,
                    (await stores.Actions.DiscardAsync(id, "why", CancellationToken.None)).Outcome
                );

                await stores.AssertLinesAsync();
                if (steps < call)
                {
                    Assert.Null(result);
                    break;
                }
            }
    }
}
