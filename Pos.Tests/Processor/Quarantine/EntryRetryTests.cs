using System.Text;
using System.Text.RegularExpressions;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Xunit;

namespace Pos.Tests.Processor.Quarantine;

[SystemTest]
public sealed class EntryRetryTests : IDisposable
{
    private static readonly Purchase s_good = Samples.Purchase("A", lines: [Samples.Line(1, 5), Samples.Line(2, 7)]);
    private static readonly string s_bad = Records.Text(s_good).Replace("\"quantity\":7", "\"quantity\":0");

    private readonly Stores _stores = Stores.InMemory();

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Corrected_entry_reaches_all_stores_at_its_position_in_the_stream()
    {
        await HandleAsync(Records.FromText(1, Records.Text(Samples.Purchase("B")), s_bad));

        await RetryAsync(await IdAsync(), Records.Text(s_good));

        await AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
        Assert.Equal(
            Position.Create("1", 1),
            _stores
                .Lake()
                .Single(entry => entry.Line.GetProperty("purchase_id").GetString() == "A")
                .Line.GetProperty("position")
                .GetString()
        );
        Assert.Equal(QuarantineState.Replayed, await StateAsync());
    }

    [Fact]
    public async Task Correction_that_was_accepted_meanwhile_wins_over_a_retry()
    {
        await HandleAsync(Records.FromText(1, s_bad));
        await HandleAsync(Records.Create(2, Samples.Purchase("A", customer: "99", lines: Samples.Line(2, 100))));

        await RetryAsync(await IdAsync(), Records.Text(s_good));

        await AssertLinesAsync("A/1=5", "A/2=100");
        Assert.Equal("99", (await _stores.ItemAsync("A"))["customer_id"].S);
    }

    [Fact]
    public async Task Second_retry_changes_nothing()
    {
        await HandleAsync(Records.FromText(1, s_bad));
        var id = await IdAsync();
        await RetryAsync(id, Records.Text(s_good));
        var objects = _stores.S3.Objects.ToDictionary();
        var rows = _stores.Firehose.Rows().Count();

        await RetryAsync(id, Records.Text(s_good));
        await RetryAsync(id, null);

        Assert.Equal(objects, _stores.S3.Objects.ToDictionary());
        Assert.Equal(rows, _stores.Firehose.Rows().Count());
    }

    [Fact]
    public async Task Text_may_be_formatted_by_an_editor()
    {
        await HandleAsync(Records.FromText(1, s_bad));

        await RetryAsync(await IdAsync(), Records.Text(s_good).Replace(",", ",\r\n  ") + "\n");

        await AssertLinesAsync("A/1=5", "A/2=7");
        Assert.Single(_stores.Lake());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_without_ingested_at_gets_the_records_arrival_time(bool wholeRecord)
    {
        var record = wholeRecord
            ? Records.FromText(1, "first", "second")
            : Records.FromText(1, Records.Text(Samples.Purchase("B")), s_bad);
        await HandleAsync(record);
        var text = WithoutIngestedAt(s_good) + (wholeRecord ? "\n\n" + WithoutIngestedAt(Samples.Purchase("B")) : "");

        await RetryAsync(await IdAsync(), text);
        await RetryAsync(await IdAsync(), text);

        await AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
        Assert.Equal(
            record.ArrivedAt,
            _stores
                .Lake()
                .Single(entry => entry.Line.GetProperty("purchase_id").GetString() == "A")
                .Line.GetProperty("ingested_at")
                .GetDateTimeOffset()
        );
    }

    [Theory]
    [InlineData("\"ingested_at\":null")]
    [InlineData("\"ingested_at\":\"soon\"")]
    public async Task Text_with_an_invalid_ingested_at_is_rejected(string ingestedAt)
    {
        await HandleAsync(Records.FromText(1, s_bad));

        var rejected = await _stores.Actions.RetryAsync(
            await IdAsync(),
            WithoutIngestedAt(s_good)[..^1] + "," + ingestedAt + "}",
            CancellationToken.None
        );

        Assert.Equal(["ingested_at"], rejected.Errors!.Select(error => error.Field));
    }

    [Fact]
    public async Task Different_text_is_rejected_once_a_retry_has_begun()
    {
        await HandleAsync(Records.FromText(1, s_bad));
        var id = await IdAsync();
        // The lookup table gets the purchase, the lake does not.
        _stores.Calls.Reset(
            (_, operation) =>
                operation == "s3:PutObject" && _stores.Calls.Made.Contains("dynamodb:UpdateItem")
                    ? Fault.Failed
                    : Fault.None
        );
        await Assert.ThrowsAnyAsync<Exception>(() =>
            _stores.Actions.RetryAsync(id, Records.Text(s_good), CancellationToken.None)
        );
        _stores.Calls.Reset();

        var other = await _stores.Actions.RetryAsync(id, Records.Text(Samples.Purchase("A")), CancellationToken.None);
        var discard = await _stores.Actions.DiscardAsync(id, "never mind", CancellationToken.None);

        Assert.Equal(QuarantineOutcome.Conflict, other.Outcome);
        Assert.Equal(QuarantineOutcome.Conflict, discard.Outcome);
        Assert.Equal(QuarantineState.Open, await StateAsync());
        await RetryAsync(id, null); // Finishes the retry that has begun.
        await AssertLinesAsync("A/1=5", "A/2=7");
    }

    [Fact]
    public async Task Invalid_text_is_rejected_with_all_errors_and_can_be_corrected_again()
    {
        await HandleAsync(Records.FromText(1, s_bad));
        var id = await IdAsync();

        var unchanged = await _stores.Actions.RetryAsync(id, null, CancellationToken.None);
        var worse = await _stores.Actions.RetryAsync(
            id,
            s_bad.Replace("\"GBP\"", "\"pounds\""),
            CancellationToken.None
        );

        Assert.Equal(QuarantineOutcome.Invalid, unchanged.Outcome);
        Assert.Equal(["lines[1].quantity"], unchanged.Errors!.Select(error => error.Field));
        Assert.Equal(["currency", "lines[1].quantity"], worse.Errors!.Select(error => error.Field).Order());
        await RetryAsync(id, Records.Text(s_good));
    }

    [Fact]
    public async Task Correction_may_change_the_purchase_id_and_keeps_the_position()
    {
        await HandleAsync(Records.FromText(1, s_bad));
        await HandleAsync(Records.Create(2, Samples.Purchase("B", lines: Samples.Line(1, 100))));

        await RetryAsync(await IdAsync(), Records.Text(s_good with { PurchaseId = "B" }));

        await AssertLinesAsync("B/1=100", "B/2=7");
    }

    [Fact]
    public async Task Discarded_entry_reaches_no_store_and_keeps_its_bytes_and_note()
    {
        var record = Records.FromText(1, s_bad);
        await HandleAsync(record);
        var id = await IdAsync();

        Assert.Equal(
            QuarantineOutcome.Discarded,
            (await _stores.Actions.DiscardAsync(id, "a test of the till", CancellationToken.None)).Outcome
        );
        Assert.Equal(
            QuarantineOutcome.Discarded,
            (await _stores.Actions.DiscardAsync(id, "again", CancellationToken.None)).Outcome
        );
        Assert.Equal(
            QuarantineOutcome.Conflict,
            (await _stores.Actions.RetryAsync(id, Records.Text(s_good), CancellationToken.None)).Outcome
        );

        await AssertLinesAsync();
        var stored = (await _stores.Quarantine.ReadAsync(id, CancellationToken.None))!;
        Assert.Equal((QuarantineState.Discarded, "a test of the till"), (stored.State, stored.Decision!.Note));
        Assert.Equal(s_bad, Encoding.UTF8.GetString(await _stores.Quarantine.ReadRawAsync(id, CancellationToken.None)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Late_redelivery_does_not_open_a_closed_entry_again(bool isReplayed)
    {
        StreamRecord[] batch =
        [
            Records.FromText(1, Records.Text(Samples.Purchase("B")), s_bad),
            Records.Create(2, Samples.Purchase("C")),
        ];
        await HandleAsync(batch);
        var id = await IdAsync();
        if (isReplayed)
            await RetryAsync(id, Records.Text(s_good));
        else
            await _stores.Actions.DiscardAsync(id, "a test of the till", CancellationToken.None);
        var objects = _stores.S3.Objects.ToDictionary();

        await HandleAsync(batch);

        Assert.Equal(objects, _stores.S3.Objects.ToDictionary());
        Assert.Equal(isReplayed ? QuarantineState.Replayed : QuarantineState.Discarded, await StateAsync());
        await AssertLinesAsync(isReplayed ? ["A/1=5", "A/2=7", "B/1=6", "C/1=6"] : ["B/1=6", "C/1=6"]);
    }

    [Fact]
    public async Task Discarded_record_is_retried_whole_and_its_invalid_lines_become_separate_entries()
    {
        var record = Records.FromText(1, Records.Text(Samples.Purchase("B")), "{poison", Records.Text(s_good));
        await _stores.Handler.DiscardAsync(
            record,
            QuarantineReason.RetriesExhausted,
            lease: null,
            CancellationToken.None
        );
        var id = await IdAsync();

        Assert.Equal(
            QuarantineOutcome.Conflict,
            (await _stores.Actions.RetryAsync(id, Records.Text(s_good), CancellationToken.None)).Outcome
        );
        await RetryAsync(id, null);

        await AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
        var entries = (
            await _stores.Listing.PageAsync(new(null, null, null, null), 10, null, CancellationToken.None)
        ).Entries;
        Assert.Equal(
            [
                (QuarantineReason.InvalidJson, QuarantineState.Open, 1),
                (QuarantineReason.RetriesExhausted, QuarantineState.Replayed, null),
            ],
            entries.Select(entry => (entry.Entry.Reason, entry.State, entry.Entry.Ordinal))
        );
        await HandleAsync(record); // A redelivery after a lost checkpoint.
        await AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
    }

    [Fact]
    public async Task Partly_stored_record_cannot_be_discarded()
    {
        var record = Records.Create(1, s_good);
        _stores.Firehose.Rejects = (_, _) => true;
        await _stores.Handler.HandleAsync([record], lease: null, CancellationToken.None);
        await _stores.Handler.DiscardAsync(
            record,
            QuarantineReason.RetriesExhausted,
            lease: null,
            CancellationToken.None
        );
        _stores.Firehose.Rejects = (_, _) => false;
        var untouched = Records.Create(2, Samples.Purchase("Z"));
        await _stores.Handler.DiscardAsync(
            untouched,
            QuarantineReason.RecordExpired,
            lease: null,
            CancellationToken.None
        );

        var result = await _stores.Actions.DiscardAsync(
            QuarantineKeys.IdOf(record, null),
            "not needed",
            CancellationToken.None
        );

        Assert.Equal(QuarantineOutcome.Conflict, result.Outcome);
        Assert.Equal(
            QuarantineOutcome.Discarded,
            (
                await _stores.Actions.DiscardAsync(
                    QuarantineKeys.IdOf(untouched, null),
                    "not needed",
                    CancellationToken.None
                )
            ).Outcome
        );
        await RetryAsync(QuarantineKeys.IdOf(record, null), null);
        await AssertLinesAsync("A/1=5", "A/2=7");
    }

    [Fact]
    public async Task Foreign_record_may_be_replaced_by_several_purchases()
    {
        await HandleAsync(Records.FromText(1, "first", "second"));

        var wrong = await _stores.Actions.RetryAsync(
            await IdAsync(),
            Records.Text(s_good) + "\n" + s_bad,
            CancellationToken.None
        );
        await RetryAsync(await IdAsync(), Records.Text(s_good) + "\n\n" + Records.Text(Samples.Purchase("B")));

        Assert.Equal(["[1].lines[1].quantity"], wrong.Errors!.Select(error => error.Field));
        await AssertLinesAsync("A/1=5", "A/2=7", "B/1=6");
    }

    [Fact]
    public async Task Oversized_purchase_is_retried_once_it_fits_or_with_a_shorter_text()
    {
        Purchase Half(int from, char letter) =>
            Samples.Purchase(
                "A",
                lines:
                [
                    .. Enumerable.Range(from, 600).Select(i => Samples.Line(i, description: new string(letter, 400))),
                ]
            );
        await HandleAsync(
            Records.Create(1, Half(1000, 'a')),
            Records.Create(2, Half(2000, 'b')),
            Records.Create(3, Half(3000, 'c'))
        );
        var entries = (
            await _stores.Listing.PageAsync(new(null, null, null, null), 10, null, CancellationToken.None)
        ).Entries;
        Assert.All(entries, entry => Assert.Equal(QuarantineReason.ItemTooLarge, entry.Entry.Reason));
        var (second, third) = (entries[1].Id, entries[0].Id);

        Assert.Equal(
            QuarantineOutcome.NoRoom,
            (await _stores.Actions.RetryAsync(second, null, CancellationToken.None)).Outcome
        );
        await RetryAsync(third, Records.Text(Samples.Purchase("A", lines: Samples.Line(3000))));
        // A redelivery would fit now, but quarantined lines stay in quarantine until they are retried.
        StreamRecord[] later =
        [
            Records.Create(
                4,
                Samples.Purchase(
                    "A",
                    lines: [.. Enumerable.Range(1000, 600).Select(i => Samples.Line(i, description: null))]
                )
            ),
        ];
        await HandleAsync(later);
        await HandleAsync(Records.Create(2, Half(2000, 'b')));
        Assert.Equal(601, (await _stores.LinesAsync()).Lookup.Length);
        await RetryAsync(second, null);

        var lines = await _stores.LinesAsync();
        Assert.Equal(1201, lines.Lookup.Length);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
    }

    private static string WithoutIngestedAt(Purchase purchase) =>
        Regex.Replace(Records.Text(purchase), ",\"ingested_at\":\"[^\"]*\"", "");

    private async Task HandleAsync(params StreamRecord[] batch)
    {
        var response = await _stores.Handler.HandleAsync(batch, lease: null, CancellationToken.None);
        Assert.Null(response.Cause);
        Assert.Empty(response.BatchItemFailures);
    }

    private async Task RetryAsync(string id, string? text)
    {
        var result = await _stores.Actions.RetryAsync(id, text, CancellationToken.None);
        Assert.Equal((QuarantineOutcome.Replayed, null), (result.Outcome, result.Detail));
    }

    private async Task<StoredEntry> EntryAsync() =>
        Assert.Single(
            (await _stores.Listing.PageAsync(new(null, null, null, null), 10, null, CancellationToken.None)).Entries
        );

    private async Task<string> IdAsync() => (await EntryAsync()).Id;

    private async Task<QuarantineState> StateAsync() => (await EntryAsync()).State;

    private Task AssertLinesAsync(params string[] expected) => _stores.AssertLinesAsync(expected);
}
