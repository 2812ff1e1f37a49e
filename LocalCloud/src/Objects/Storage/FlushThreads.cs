using System.Collections.Concurrent;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Flushes files and folders concurrently on its own threads. fsync blocks, and blocked pool threads would delay all
/// requests.
/// </summary>
internal sealed class FlushThreads : IDisposable
{
    private const int Count = 4; // File systems combine concurrent flushes. More threads brought no measurable gain.
    private readonly BlockingCollection<(Action Flush, TaskCompletionSource Done)> _waiting = [];
    private readonly Thread[] _threads;

    public FlushThreads()
    {
        _threads =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i => new Thread(Run) { IsBackground = true, Name = $"Object flush {i}" }),
        ];
        foreach (var thread in _threads)
            thread.Start();
    }

    public Task RunAsync(Action flush)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((flush, done));
        return done.Task;
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _waiting.Dispose();
    }

    private void Run()
    {
        foreach (var (flush, done) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                flush();
                done.SetResult();
            }
            catch (Exception error) // The waiting caller receives it.
            {
                done.SetException(error);
            }
        }
    }
}
