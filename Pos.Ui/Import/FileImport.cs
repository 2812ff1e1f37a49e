using Pos.Contracts;
using Pos.Import;
using Pos.Import.Csv;

namespace Pos.Ui.Import;

/// <summary>What an import does.</summary>
public enum ImportState
{
    /// <summary>The file is here; nothing is sent yet.</summary>
    Waiting,
    Running,

    /// <summary>By its visitor; it can go on.</summary>
    Paused,

    /// <summary>Ingest is away, or the disk; it can go on.</summary>
    Interrupted,

    /// <summary>By its visitor; what was sent is sent.</summary>
    Cancelled,

    /// <summary>The file cannot be read any further.</summary>
    Unusable,
    Done,
}

/// <summary>How an import goes.</summary>
/// <param name="State">What it does.</param>
/// <param name="Totals">What is settled.</param>
/// <param name="RowsInAll">Of the file, about: a row may hold line ends.</param>
/// <param name="RowsPerSecond">Since it was started or resumed.</param>
/// <param name="Left">Until its end at that speed; null when that is not known.</param>
/// <param name="Reason">Why it does not go on; null otherwise.</param>
public sealed record ImportStatus(
    ImportState State,
    ReplayTotals Totals,
    long RowsInAll,
    double RowsPerSecond,
    TimeSpan? Left,
    string? Reason
)
{
    public bool CanGoOn => State is ImportState.Waiting or ImportState.Paused or ImportState.Interrupted;
}

/// <summary>
/// A file that is sent to ingest as <c>pos replay</c> sends it. A pause ends the replay, and what is settled is known;
/// going on resumes it from there. What was under way is sent again then, which changes nothing.
/// </summary>
internal sealed class FileImport(
    string id,
    string name,
    long bytes,
    string folder,
    ImportPreview preview,
    TimeProvider time
) : IReplayProgress
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly ReplayStateFile _stateFile = new(Path.Combine(folder, "state.json"));
    private Action? _stop;
    private ImportState _state;
    private ImportState _afterStop;
    private ReplayTotals _totals = ReplayTotals.None;
    private string? _reason;
    private long _rowsBefore;
    private long _rowsInAll;
    private long _startedAt;
    private double _lastSpeed;

    public string Id => id;

    /// <summary>As its visitor's computer calls it.</summary>
    public string Name => name;

    public long Bytes => bytes;

    public ImportPreview Preview => preview;

    /// <summary>When it came, or last did something.</summary>
    public DateTimeOffset TouchedAt { get; private set; } = time.GetUtcNow();

    /// <summary>Rows a second at most; null for no limit.</summary>
    public int? Rate { get; private set; }

    /// <summary>Of rows that name none.</summary>
    public string Currency { get; private set; } = PurchaseRules.UsualCurrency;

    /// <summary>Ends when it no longer runs.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    public string RejectsPath => Path.Combine(folder, "rejects.csv");

    public ImportStatus Status
    {
        get
        {
            lock (_lock)
            {
                var speed = _state is ImportState.Running ? Speed() : _lastSpeed;
                TimeSpan? left =
                    _state is ImportState.Running && speed > 0 && _rowsInAll > 0
                        ? TimeSpan.FromSeconds(Math.Max(0, _rowsInAll - _totals.Rows) / speed)
                        : null;
                return new(_state, _totals, _rowsInAll, speed, left, _reason);
            }
        }
    }

    /// <summary>Where a file is put that an import is made of.</summary>
    public static string FileIn(string folder) => Path.Combine(folder, "purchases.csv");

    /// <summary>Starts it, or goes on; does nothing when it runs or has ended.</summary>
    public void Start(PurchaseSender sender, int? rate, string currency)
    {
        lock (_lock)
        {
            if (!Status.CanGoOn || preview.Problem is not null)
                return;
            // The currency stays: a resumed file is read as it was before.
            (Rate, Currency) = (rate, _state is ImportState.Waiting ? currency : Currency);
            (_state, _reason, _rowsBefore, _startedAt) = (ImportState.Running, null, _totals.Rows, time.GetTimestamp());
            TouchedAt = time.GetUtcNow();
            var stop = new CancellationTokenSource();
            _stop = stop.Cancel;
            Running = Task.Run(() => RunAsync(sender, stop), CancellationToken.None);
        }
    }

    public void Pause() => Stop(ImportState.Paused);

    /// <summary>For good. What was sent stays in the stores.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            if (_state is ImportState.Running)
                Stop(ImportState.Cancelled);
            else if (Status.CanGoOn)
                End(ImportState.Cancelled, null);
        }
    }

    void IReplayProgress.Start(ReplayTotals before, long rowsInAll)
    {
        lock (_lock)
            (_totals, _rowsBefore, _rowsInAll, _startedAt) = (before, before.Rows, rowsInAll, time.GetTimestamp());
    }

    void IReplayProgress.Report(ReplayTotals totals)
    {
        lock (_lock)
            _totals = totals;
    }

    private async Task RunAsync(PurchaseSender sender, CancellationTokenSource stop)
    {
        using var stopped = stop;
        var options = new ReplayOptions
        {
            File = new FileInfo(FileIn(folder)),
            LinesPerSecond = Rate ?? 0,
            Resume = true,
            DefaultCurrency = Currency,
            RejectsPath = RejectsPath,
        };
        try
        {
            await new Replayer(options, sender, _stateFile, this, time).RunAsync(stop.Token);
            End(ImportState.Done, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            End(_afterStop, null);
        }
        catch (CsvFormatException unusable)
        {
            End(ImportState.Unusable, ImportPreview.Told(unusable, name));
        }
        catch (Exception failure)
        {
            // Ingest is away, the disk is full, or what nobody thought of: its visitor is told, and may let it go on.
            End(ImportState.Interrupted, failure.Message);
        }
    }

    private void Stop(ImportState next)
    {
        lock (_lock)
        {
            if (_state is not ImportState.Running)
                return;
            _afterStop = next;
            _stop!();
        }
    }

    private void End(ImportState state, string? reason)
    {
        lock (_lock)
        {
            _lastSpeed = _state is ImportState.Running ? Speed() : 0;
            (_state, _reason) = (state, reason);
            TouchedAt = time.GetUtcNow();
            if (!Status.CanGoOn)
                File.Delete(FileIn(folder));
        }
    }

    // Of the first moments nothing can be said.
    private double Speed() =>
        time.GetElapsedTime(_startedAt) is var elapsed && elapsed > s_shortest
            ? (_totals.Rows - _rowsBefore) / elapsed.TotalSeconds
            : 0;
}
