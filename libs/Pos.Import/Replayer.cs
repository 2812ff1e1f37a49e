using System.Buffers;
using Pos.Contracts;
using Pos.Contracts.Ingest;
using Pos.Import.Csv;

namespace Pos.Import;

/// <summary>
/// Reads the file once, in order, and keeps a few requests under way. A purchase that comes again waits until its
/// earlier post is acknowledged, so that the file's last word stays the last. How far everything is settled is kept for
/// a resume.
/// </summary>
/// <param name="options">What is asked.</param>
/// <param name="sender">Sends it.</param>
/// <param name="stateFile">Keeps how far it has come.</param>
/// <param name="progress">Is told so.</param>
/// <param name="time">The clock that rows are held against.</param>
public sealed class Replayer(
    ReplayOptions options,
    PurchaseSender sender,
    ReplayStateFile stateFile,
    IReplayProgress progress,
    TimeProvider time
)
{
    private static readonly TimeSpan s_saveInterval = TimeSpan.FromSeconds(1);

    private readonly Queue<(ReplayBatch Batch, Task<IReadOnlyList<RejectedPurchase>> Sending)> _underWay = new();
    private readonly RatePacer _pacer = new(options.LinesPerSecond, time);

    // A slow rate in small requests, so that purchases trickle instead of coming in bursts; two requests a second are
    // enough.
    private readonly int _mostLines =
        options.LinesPerSecond > 0 ? (int)Math.Clamp(options.LinesPerSecond / 2, 1, int.MaxValue) : int.MaxValue;
    private ReplayState _state = null!;
    private long _saved;

    /// <summary>Sends all that is not yet settled.</summary>
    /// <exception cref="CsvFormatException">The file cannot be read as purchases.</exception>
    /// <exception cref="TargetException">The target does not take more; the state says how far it came.</exception>
    public async Task<ReplayTotals> RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.File.FullName))
            throw new CsvFormatException(options.File.ToString(), null, "is a directory; a CSV file is needed");
        var earlier = options.Resume ? stateFile.Read() : null;
        _state = earlier?.IsOf(options.File) == true ? earlier : Begin();
        using var reader = PurchaseCsvReader.Open(
            options.File.ToString(),
            new PurchaseRules(_state.Started, options.DefaultCurrency)
        );
        progress.Start(_state.Totals, await RowsAsync(cancellationToken));
        using var rejects = new RejectsFile(options.RejectsPath, append: _state.ItemsThrough > 0);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await SendAllAsync(reader, rejects, abandon.Token);
        }
        finally
        {
            // On a failure the others under way are given up; what was settled before counts.
            await abandon.CancelAsync();
            await ((Task)Task.WhenAll(_underWay.Select(item => item.Sending))).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing
            );
            rejects.Flush();
            Save();
        }
        stateFile.Delete();
        return _state.Totals;
    }

    private async Task SendAllAsync(PurchaseCsvReader reader, RejectsFile rejects, CancellationToken cancellationToken)
    {
        var batch = new ReplayBatch();
        // The file gives the same items each time: those that were settled before are counted off.
        foreach (var item in reader.Read().Skip(checked((int)_state.ItemsThrough)))
        {
            if (item is CsvPurchase post)
            {
                var (purchaseId, json) = (post.Purchase.PurchaseId, Json(post.Purchase));
                if (
                    !batch.HasRoomFor(
                        post,
                        json,
                        options.PurchasesPerRequest,
                        _mostLines,
                        PurchaseLimits.MaxRequestBytes
                    )
                )
                    batch = await DispatchAsync(batch, rejects, cancellationToken);
                while (_underWay.Any(sent => sent.Batch.Holds(purchaseId)))
                    await SettleOldestAsync(rejects);
                batch.Add(post, json);
            }
            else
            {
                batch.Add((CsvRejectedRow)item);
            }
        }
        await DispatchAsync(batch, rejects, cancellationToken);
        while (_underWay.Count > 0)
            await SettleOldestAsync(rejects);
    }

    /// <summary>Sends the batch, when its turn and a free request have come.</summary>
    /// <returns>The next one, empty.</returns>
    private async Task<ReplayBatch> DispatchAsync(
        ReplayBatch batch,
        RejectsFile rejects,
        CancellationToken cancellationToken
    )
    {
        await _pacer.WaitAsync(batch.Lines, cancellationToken);
        while (
            _underWay.TryPeek(out var oldest) && (oldest.Sending.IsCompleted || _underWay.Count >= options.Concurrency)
        )
            await SettleOldestAsync(rejects);
        _underWay.Enqueue((batch, sender.SendAsync(batch.Posts, cancellationToken)));
        return new ReplayBatch();
    }

    // In the order of the file, so that everything up to the batch's last item is settled afterwards.
    private async Task SettleOldestAsync(RejectsFile rejects)
    {
        var (batch, sending) = _underWay.Peek();
        var refused = await sending;
        _underWay.Dequeue();
        var rejected = batch.Rejected(refused);
        foreach (var row in rejected)
            rejects.Add(row);

        _state = _state with
        {
            ItemsThrough = _state.ItemsThrough + batch.Items,
            Totals = _state.Totals.Plus(batch, refused.Count, rejected.Count),
        };
        progress.Report(_state.Totals);
        if (time.GetElapsedTime(_saved) > s_saveInterval)
        {
            rejects.Flush();
            Save();
        }
    }

    private ReplayState Begin()
    {
        var now = time.GetUtcNow();
        return new ReplayState(
            options.File.Length,
            options.File.LastWriteTimeUtc,
            now,
            0,
            options.ShiftToNow ? now - NewestPurchase(now) : TimeSpan.Zero,
            ReplayTotals.None
        );
    }

    // For the progress only, and for nothing that has to be exact: a row may hold line ends.
    private async Task<long> RowsAsync(CancellationToken cancellationToken)
    {
        using var file = new FileStream(
            options.File.FullName,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 1,
            FileOptions.SequentialScan
        );
        var buffer = new byte[256 * 1024];
        var rows = 0L;
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            rows += buffer.AsSpan(0, read).Count((byte)'\n');
        return Math.Max(rows - 1, 1);
    }

    // A pass over the whole file: the newest need not be the last.
    private DateTimeOffset NewestPurchase(DateTimeOffset now)
    {
        using var reader = PurchaseCsvReader.Open(
            options.File.FullName,
            new PurchaseRules(now, options.DefaultCurrency)
        );
        return reader.Read().OfType<CsvPurchase>().Select(post => NewestTime(post.Purchase)).DefaultIfEmpty(now).Max();

        static DateTimeOffset NewestTime(Purchase purchase) =>
            purchase.Lines.Max(line => line.PurchasedAt ?? purchase.PurchasedAt);
    }

    private byte[] Json(Purchase purchase)
    {
        var shift = _state.Shift;
        var shifted =
            shift == TimeSpan.Zero
                ? purchase
                : purchase with
                {
                    PurchasedAt = purchase.PurchasedAt + shift,
                    Lines =
                    [
                        .. purchase.Lines.Select(line =>
                            line.PurchasedAt is { } at ? line with { PurchasedAt = at + shift } : line
                        ),
                    ],
                };
        var json = new ArrayBufferWriter<byte>(256 + (128 * purchase.Lines.Count));
        PurchaseWriter.WritePosted(json, shifted);
        json.Write("\n"u8);
        return json.WrittenSpan.ToArray();
    }

    private void Save()
    {
        stateFile.Write(_state);
        _saved = time.GetTimestamp();
    }
}
