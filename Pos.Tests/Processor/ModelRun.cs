using System.Text;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>A line of a record: a purchase with one line, or poison.</summary>
internal sealed record ModelLine(bool IsPoison, char Purchase, int Line, int Quantity)
{
    public string Text =>
        IsPoison
            ? $"poison {Quantity}"
            : Records.Text(Samples.Purchase($"{Purchase}", lines: Samples.Line(Line, Quantity)));
}

internal enum StepKind
{
    /// <summary>Delivers the next batch and checkpoints the processed records.</summary>
    Deliver,

    /// <summary>Delivers the next batch and loses the checkpoint.</summary>
    Redeliver,

    /// <summary>Discards the next record, as after its last retry.</summary>
    GiveUp,

    /// <summary>Retries an entry unchanged.</summary>
    Retry,

    /// <summary>Retries an entry with another text.</summary>
    Correct,

    /// <summary>Discards an entry.</summary>
    Discard,
}

/// <summary>A step of a history.</summary>
/// <param name="Entry">Selects one of the existing entries.</param>
/// <param name="Size">Number of records in the batch.</param>
/// <param name="CrashAt">Number of the store call at which the process crashes; 0 for none.</param>
/// <param name="Fault">Outcome of that call.</param>
/// <param name="Text">Text of <see cref="StepKind.Correct"/>.</param>
internal sealed record ModelStep(StepKind Kind, int Entry, int Size, int CrashAt, Fault Fault, ModelLine Text);

/// <summary>
/// Runs a history with the real handler and quarantine actions over stores in memory, and compares these with a model.
/// </summary>
internal sealed class ModelRun
{
    private readonly ModelLine[][] _lines;
    private readonly StreamRecord[] _records;
    private readonly Stores _stores = Stores.InMemory();
    private readonly HashSet<int> _givenUp = [];
    private int _checkpoint;

    public ModelRun(ModelLine[][] lines)
    {
        _lines = lines;
        _records = [.. lines.Select((record, i) => Records.FromText(i + 1, [.. record.Select(line => line.Text)]))];
    }

    public async Task RunAsync(ModelStep[] steps)
    {
        using (_stores)
        {
            foreach (var step in steps)
            {
                if (step.CrashAt > 0)
                    _stores.Calls.CrashAt(step.CrashAt, step.Fault);
                await DoAsync(step);
                _stores.Calls.Reset();
            }
            while (_checkpoint < _records.Length)
                await DeliverAsync(size: 3, keepsCheckpoint: true);
            await SettleAsync();
            await AssertIsModelAsync();
        }
    }

    private async Task DoAsync(ModelStep step)
    {
        switch (step.Kind)
        {
            case StepKind.Deliver or StepKind.Redeliver when _checkpoint < _records.Length:
                await DeliverAsync(step.Size, keepsCheckpoint: step.Kind is StepKind.Deliver);
                break;
            case StepKind.GiveUp when _checkpoint < _records.Length:
                try
                {
                    await _stores.Handler.DiscardAsync(
                        _records[_checkpoint],
                        QuarantineReason.RetriesExhausted,
                        lease: null,
                        CancellationToken.None
                    );
                    _givenUp.Add(_checkpoint++);
                }
                catch (Amazon.Runtime.AmazonServiceException)
                {
                    // The mapping would retry. Here, a successor delivers the record.
                }
                break;
            case StepKind.Retry or StepKind.Correct or StepKind.Discard:
                await SettleAsync(step);
                break;
        }
    }

    private async Task DeliverAsync(int size, bool keepsCheckpoint)
    {
        var batch = _records[_checkpoint..Math.Min(_checkpoint + size, _records.Length)];
        var response = await _stores.Handler.HandleAsync(batch, lease: null, CancellationToken.None);
        if (!keepsCheckpoint)
            return;
        _checkpoint = response.BatchItemFailures is [var failure]
            ? Array.FindIndex(_records, record => record.SequenceNumber == failure.ItemIdentifier)
            : _checkpoint + batch.Length;
    }

    private async Task SettleAsync(ModelStep step)
    {
        try
        {
            var ids = (await _stores.Quarantine.FindAsync(_records, CancellationToken.None))
                .Order(StringComparer.Ordinal)
                .ToArray();
            if (ids is [])
                return;
            var id = ids[step.Entry % ids.Length];
            await (
                step.Kind switch
                {
                    StepKind.Retry => _stores.Actions.RetryAsync(id, null, CancellationToken.None),
                    StepKind.Correct => _stores.Actions.RetryAsync(id, step.Text.Text, CancellationToken.None),
                    _ => _stores.Actions.DiscardAsync(id, "note", CancellationToken.None),
                }
            );
        }
        catch (Exception e)
            when (e is Amazon.Runtime.AmazonServiceException or Pos.Processor.Warehouse.RecordsRejectedException)
        {
            // The process crashed. Repeating the action finishes it.
        }
    }

    /// <summary>
    /// Finishes interrupted actions, and retries discarded records so that none stays partly stored.
    /// </summary>
    private async Task SettleAsync()
    {
        foreach (var entry in await EntriesAsync())
            if (
                entry is { State: QuarantineState.Open }
                && (entry.Decision is not null || (entry.Entry.WasGivenUp && HasPurchase(entry)))
            )
                Assert.Equal(
                    QuarantineOutcome.Replayed,
                    (await _stores.Actions.RetryAsync(entry.Id, null, CancellationToken.None)).Outcome
                );
    }

    private async Task AssertIsModelAsync()
    {
        var entries = await EntriesAsync();
        var byId = entries.ToDictionary(entry => entry.Id);
        var posts = new List<(string Position, ModelLine Post)>();
        var expected = new HashSet<string>();
        for (var i = 0; i < _records.Length; i++)
        {
            var isForeign = _lines[i].Length > 1 && _lines[i].All(line => line.IsPoison);
            var whole = byId.GetValueOrDefault(QuarantineKeys.IdOf(_records[i], null));
            if (whole is not null || isForeign || _givenUp.Contains(i))
                expected.Add(QuarantineKeys.IdOf(_records[i], null));
            // A corrected record has other lines. One that was not retried has none.
            var text =
                whole is null ? _lines[i].Select(line => line.Text).ToArray()
                : whole.State is QuarantineState.Replayed
                    ? Encoding.UTF8.GetString(whole.Decision!.Text!).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                : [];
            for (var ordinal = 0; ordinal < text.Length; ordinal++)
            {
                var id = QuarantineKeys.IdOf(_records[i], ordinal);
                var isPoison = text[ordinal].StartsWith("poison", StringComparison.Ordinal);
                if (isPoison && !isForeign)
                    expected.Add(id);
                if (!isPoison)
                    posts.Add(VersionOf(i, ordinal, text[ordinal]));
                else if (byId.GetValueOrDefault(id) is { State: QuarantineState.Replayed } repaired)
                    posts.Add(VersionOf(i, ordinal, Encoding.UTF8.GetString(repaired.Decision!.Text!)));
            }
            // Attempts may have quarantined single invalid lines of a record before it was discarded.
            if (whole is { Entry.WasGivenUp: true, State: not QuarantineState.Replayed })
                foreach (
                    var (ordinal, line) in _lines[i]
                        .Index()
                        .Where(line =>
                            line.Item.IsPoison && byId.ContainsKey(QuarantineKeys.IdOf(_records[i], line.Index))
                        )
                )
                {
                    expected.Add(QuarantineKeys.IdOf(_records[i], ordinal));
                    if (byId[QuarantineKeys.IdOf(_records[i], ordinal)] is { State: QuarantineState.Replayed } repaired)
                        posts.Add(VersionOf(i, ordinal, Encoding.UTF8.GetString(repaired.Decision!.Text!)));
                }
        }
        Assert.Equal(expected.Order(), byId.Keys.Order());
        Assert.DoesNotContain(entries, entry => entry is { State: QuarantineState.Open, Decision: not null });

        var newest = posts.GroupBy(
            post => (post.Post.Purchase, post.Post.Line),
            (_, versions) => versions.MaxBy(version => version.Position, StringComparer.Ordinal).Post
        );
        string[] model =
        [
            .. newest.Select(post => $"{post.Purchase}/{post.Line}={post.Quantity}").Order(StringComparer.Ordinal),
        ];
        var lines = await _stores.LinesAsync();
        Assert.Equal(model, lines.Lookup);
        Assert.Equal(model, lines.Lake);
        Assert.Equal(model, lines.Warehouse);
        Assert.Equal(
            posts.Select(post => post.Position).Order(),
            _stores.Lake().Select(entry => entry.Line.GetProperty("position").GetString()!).Order()
        );
    }

    private (string, ModelLine) VersionOf(int record, int ordinal, string json)
    {
        var purchase = PurchaseReader.ReadAccepted(Encoding.UTF8.GetBytes(json)).Accepted!.Purchase;
        return (
            Position.Create(_records[record].SequenceNumber, ordinal),
            new(false, purchase.PurchaseId[0], purchase.Lines[0].Line, purchase.Lines[0].Quantity)
        );
    }

    private async Task<IReadOnlyList<StoredEntry>> EntriesAsync() =>
        (await _stores.Listing.PageAsync(new(null, null, null, null), 200, null, CancellationToken.None)).Entries;

    private bool HasPurchase(StoredEntry entry) =>
        _lines[int.Parse(entry.Entry.SequenceNumber, System.Globalization.CultureInfo.InvariantCulture) - 1]
            .Any(line => !line.IsPoison);
}
