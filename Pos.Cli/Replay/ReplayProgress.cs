using System.Diagnostics;
using System.Globalization;
using Pos.Import;
using Spectre.Console;

namespace Pos.Cli.Replay;

/// <summary>
/// Shows how a replay goes: a bar on a terminal, a line every few seconds elsewhere; at the end, the totals.
/// </summary>
internal sealed class ReplayProgress : IReplayProgress, IDisposable
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_line = TimeSpan.FromSeconds(5);

    private readonly ReplayOptions _options;
    private readonly Uri _target;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _display;
    private ReplayTotals _totals = ReplayTotals.None;
    private long _rowsBefore;
    private long _rowsInAll = 1;

    public ReplayProgress(ReplayOptions options, Uri target)
    {
        (_options, _target) = (options, target);
        _display = Console.IsOutputRedirected ? WriteLinesAsync() : DrawBarAsync();
    }

    public void Start(ReplayTotals before, long rowsInAll) =>
        (_totals, _rowsBefore, _rowsInAll) = (before, before.Rows, rowsInAll);

    public void Report(ReplayTotals totals) => _totals = totals;

    public void Finish(ReplayTotals totals)
    {
        Report(totals);
        StopDisplay();
        Console.WriteLine(
            $"{_options.File.Name} → {_target}: {Described(totals)} in {_watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s."
        );
        if (totals.RejectedRows > 0)
            Console.WriteLine($"The rejected rows, each with its reasons, are in {_options.RejectsPath}.");
    }

    /// <summary>Tells on standard error why the replay ends early and how to go on.</summary>
    public int Fail(string reason, int exitCode, ReplayState? state)
    {
        StopDisplay();
        Console.Error.WriteLine(reason);
        if (state is { ItemsThrough: > 0 })
        {
            Console.Error.WriteLine(
                $"Done so far: {Described(state.Totals)}. "
                    + $"`pos replay \"{_options.File}\" --resume` goes on from there."
            );
        }
        return exitCode;
    }

    public void Dispose()
    {
        StopDisplay();
        _stop.Dispose();
    }

    private string Described(ReplayTotals totals) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Rows:N0} rows, {totals.Purchases:N0} purchases posted with {totals.Lines:N0} lines accepted, {totals.RejectedRows:N0} rows rejected ({RowsPerSecond:N0} rows/s)"
        );

    private double Share => Math.Min((double)_totals.Rows / _rowsInAll, 1);

    private double RowsPerSecond => (_totals.Rows - _rowsBefore) / Math.Max(_watch.Elapsed.TotalSeconds, 0.001);

    private void StopDisplay()
    {
        _stop.Cancel();
        _display.GetAwaiter().GetResult();
    }

    private async Task WriteLinesAsync()
    {
        using var timer = new PeriodicTimer(s_line);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Share:P0} {Described(_totals)}"));
        }
        catch (OperationCanceledException) { }
    }

    private Task DrawBarAsync() =>
        AnsiConsole
            .Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Reading", maxValue: 1);
                while (!_stop.IsCancellationRequested)
                {
                    bar.Value = Share;
                    bar.Description = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{RowsPerSecond:N0} rows/s, {_totals.Lines:N0} accepted, {_totals.RejectedRows:N0} rejected"
                    );
                    await Task.Delay(s_redraw, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                bar.Value = Share;
            });
}
