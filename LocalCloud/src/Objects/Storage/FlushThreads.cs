using System.Collections.Concurrent;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Flushes files and folders side by side on threads of its own: fsync blocks, and blocked pool threads would hold up
/// every request.
/// </summary>
internal sealed class FlushThreads : IDisposable
{
    private const int Count = 4; // file systems write concurrent flushes together; more gained nothing measurable
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
            catch (Exception error) // told to the one who waits
            {
                done.SetException(error);
            }
        }
    }
}
