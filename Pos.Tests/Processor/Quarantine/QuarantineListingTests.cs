using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Xunit;

namespace Pos.Tests.Processor.Quarantine;

/// <summary>Calls that listings of many entries make.</summary>
[SystemTest]
public sealed class QuarantineListingTests : IDisposable
{
    private static readonly QuarantineFilter s_all = new(null, null, null, null);

    private readonly Stores _stores = Stores.InMemory();

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Page_of_ten_thousand_entries_reads_only_those_it_returns()
    {
        await FillAsync(10_000);

        var (newest, next) = await _stores.Listing.PageAsync(
            s_all with
            {
                State = QuarantineState.Open,
            },
            50,
            null,
            CancellationToken.None
        );
        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => $"{10_000 - i}"),
            newest.Select(entry => entry.Entry.SequenceNumber)
        );
        AssertCalls(lists: 1, reads: 50);

        var (following, _) = await _stores.Listing.PageAsync(s_all, 50, next, CancellationToken.None);
        Assert.Equal("9950", following[0].Entry.SequenceNumber);
        AssertCalls(lists: 1, reads: 50);

        // The oldest entry is the only one with its reason. The listing finds it by keys alone.
        var (rare, _) = await _stores.Listing.PageAsync(
            s_all with
            {
                Reason = QuarantineReason.EmptyRecord,
            },
            50,
            null,
            CancellationToken.None
        );
        Assert.Equal("1", Assert.Single(rare).Entry.SequenceNumber);
        AssertCalls(lists: 20, reads: 1);

        var (counts, complete) = await _stores.Listing.CountAsync(s_all, CancellationToken.None);
        Assert.True(complete);
        Assert.Equal(9_999, counts[(QuarantineReason.InvalidJson, QuarantineState.Open)]);
        Assert.Equal(1, counts[(QuarantineReason.EmptyRecord, QuarantineState.Open)]);
        AssertCalls(lists: 20, reads: 0);
    }

    [Fact]
    public async Task Page_that_skips_too_many_entries_ends_and_has_a_next_page()
    {
        await FillAsync(QuarantineListing.MaxScanned + 1);

        var (none, next) = await _stores.Listing.PageAsync(
            s_all with
            {
                Reason = QuarantineReason.EmptyRecord,
            },
            50,
            null,
            CancellationToken.None
        );
        var (found, end) = await _stores.Listing.PageAsync(
            s_all with
            {
                Reason = QuarantineReason.EmptyRecord,
            },
            50,
            next,
            CancellationToken.None
        );

        Assert.Empty(none);
        Assert.Single(found);
        Assert.Null(end);
    }

    [Fact]
    public async Task Batch_lists_only_entries_of_its_own_period()
    {
        await FillAsync(5_000);

        Assert.Empty(
            (
                await _stores.Handler.HandleAsync(
                    [Records.Create(6_000, Samples.Purchase("A"))],
                    lease: null,
                    CancellationToken.None
                )
            ).BatchItemFailures
        );

        AssertCalls(lists: 1, reads: 0);
    }

    /// <summary>Adds entries of records 1, 2, …. The first has another reason than the rest.</summary>
    private async Task FillAsync(int entries)
    {
        await _stores.Quarantine.WriteAsync(
            [
                .. Enumerable
                    .Range(1, entries)
                    .Select(i => new QuarantinedBytes(
                        i == 1 ? QuarantineReason.EmptyRecord : QuarantineReason.InvalidJson,
                        Records.FromText(i, "x"),
                        0,
                        "x"u8.ToArray()
                    )),
            ],
            CancellationToken.None
        );
        _stores.Calls.Reset();
    }

    private void AssertCalls(int lists, int reads)
    {
        Assert.Equal(
            (lists, reads),
            (
                _stores.Calls.Made.Count(call => call == "s3:ListObjectsV2"),
                _stores.Calls.Made.Count(call => call == "s3:GetObject")
            )
        );
        _stores.Calls.Reset();
    }
}
