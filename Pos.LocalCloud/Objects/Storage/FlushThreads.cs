using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Pos.LocalCloud.Objects.Storage;

/// <summary>Flushes files side by side on threads of its own: fsync blocks, and blocked pool threads would hold up every request.</summary>
internal sealed class FlushThreads : IDisposable
{
    private const int Count = 4; // file systems write concurrent flushes together; more gained nothing measurable
    private readonly BlockingCollection<(SafeFileHandle File, TaskCompletionSource Done)> _waiting = [];
    private readonly Thread[] _threads;

    public FlushThreads()
    {
        _threads = [.. Enumerable.Range(0, Count).Select(i => new Thread(Run) { IsBackground = true, Name = $"Object flush {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    public Task FlushAsync(SafeFileHandle file)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((file, done));
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
        foreach (var (file, done) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                RandomAccess.FlushToDisk(file);
                done.SetResult();
            }
            catch (Exception error) // told to the one who waits
            {
                done.SetException(error);
            }
        }
    }
}
