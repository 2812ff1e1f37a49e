using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.ServiceDefaults.Tracing;

namespace Pos.Ui.Pipeline;

/// <summary>Asks the services once a second for all visitors together, as long as there is one who looks.</summary>
public sealed class PipelineMonitor(IPipelineServices services, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    // Who does not answer within it keeps nobody waiting: the answer is in a later snapshot.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(700);

    // Counted by listing the lake.
    private static readonly TimeSpan s_quarantineInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Action<PipelineSnapshot>> _watchers = [];
    private CancellationTokenSource? _running;
    private PipelineSnapshot? _newest;

    /// <summary>Calls back with each snapshot, until disposed.</summary>
    /// <param name="onSnapshot">Called on some thread; must not block.</param>
    public IDisposable Watch(Action<PipelineSnapshot> onSnapshot)
    {
        PipelineSnapshot? newest;
        lock (_lock)
        {
            _watchers.Add(onSnapshot);
            newest = _newest;
            if (_running is null)
            {
                _running = new CancellationTokenSource();
                var stopped = _running.Token;
                // Not on the first visitor's page, which may go before the others'.
                _ = Task.Run(() => RunAsync(stopped), CancellationToken.None);
            }
        }
        // Who joins others sees at once what they see.
        if (newest is not null)
            onSnapshot(newest);
        return new Watcher(this, onSnapshot);
    }

    public void Dispose()
    {
        lock (_lock)
            Stop();
    }

    private void Leave(Action<PipelineSnapshot> onSnapshot)
    {
        lock (_lock)
        {
            _watchers.Remove(onSnapshot);
            if (_watchers.Count == 0)
                Stop();
        }
    }

    private void Stop()
    {
        _running?.Cancel();
        _running?.Dispose();
        (_running, _newest) = (null, null);
    }

    private async Task RunAsync(CancellationToken stopped)
    {
        using var untraced = NoTrace.Begin();
        var ingest = new Question<IngestStatus>(services.IngestAsync, s_interval, time);
        var processor = new Question<ProcessorStatus>(services.ProcessorAsync, s_interval, time);
        var warehouse = new Question<SalesFreshness>(services.WarehouseAsync, s_interval, time);
        var quarantine = new Question<QuarantineCounts>(services.QuarantineAsync, s_quarantineInterval, time);
        PipelineSnapshot? before = null;
        try
        {
            using var timer = new PeriodicTimer(s_interval, time);
            do
            {
                await Task.WhenAll(
                    ingest.AskAsync(s_patience, stopped),
                    processor.AskAsync(s_patience, stopped),
                    warehouse.AskAsync(s_patience, stopped),
                    quarantine.AskAsync(s_patience, stopped)
                );
                before = new PipelineSnapshot(
                    time.GetUtcNow(),
                    ingest.Newest,
                    processor.Newest,
                    warehouse.Newest,
                    quarantine.Newest
                ).After(before);
                foreach (var watcher in Publish(before, stopped))
                    watcher(before);
            } while (await timer.WaitForNextTickAsync(stopped));
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Nobody looks.
        }
    }

    private Action<PipelineSnapshot>[] Publish(PipelineSnapshot snapshot, CancellationToken stopped)
    {
        lock (_lock)
        {
            stopped.ThrowIfCancellationRequested();
            _newest = snapshot;
            return [.. _watchers];
        }
    }

    private sealed class Watcher(PipelineMonitor monitor, Action<PipelineSnapshot> onSnapshot) : IDisposable
    {
        public void Dispose() => monitor.Leave(onSnapshot);
    }
}
