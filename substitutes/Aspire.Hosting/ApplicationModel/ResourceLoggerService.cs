using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line of a resource's log.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>Logs of resources: what their processes print, and what is said about them.</summary>
public class ResourceLoggerService : IDisposable
{
    /// <summary>Lines kept per process; older ones go.</summary>
    private const int BacklogLines = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Log> _logs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called with each line, in the order of the lines of one process.</summary>
    internal event Action<string, LogLine>? Written;

    /// <summary>The resource's log.</summary>
    public ILogger GetLogger(IResource resource) => new ResourceLogger(resource.InstanceIds().Select(Find).ToArray());

    /// <summary>The log of a process, by its resource's name or its id.</summary>
    public ILogger GetLogger(string resourceName) => new ResourceLogger([Find(resourceName)]);

    /// <summary>The lines so far, then each new one.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) =>
        WatchAsync(resource.InstanceIds()[0]);

    /// <inheritdoc cref="WatchAsync(IResource)"/>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName)
    {
        await foreach (var lines in Find(resourceName).WatchAsync(default).ConfigureAwait(false))
            yield return lines;
    }

    /// <summary>The lines so far.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        foreach (var id in resource.InstanceIds())
            yield return await Task.FromResult(Find(id).Lines()).ConfigureAwait(false);
    }

    /// <inheritdoc cref="GetAllAsync(IResource)"/>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        yield return await Task.FromResult(Find(resourceName).Lines()).ConfigureAwait(false);
    }

    /// <summary>Ends every watch.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var log in _logs.Values)
                log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    internal void Write(string resourceId, string text, bool isError) => Find(resourceId).Write(text, isError);

    /// <summary>A process's log under its resource's name and under its id are one.</summary>
    internal void Alias(string resourceName, string resourceId)
    {
        lock (_gate)
            _logs[resourceName] = FindLocked(resourceId);
    }

    private Log Find(string resourceId)
    {
        lock (_gate)
            return FindLocked(resourceId);
    }

    private Log FindLocked(string resourceId)
    {
        if (!_logs.TryGetValue(resourceId, out var log))
            _logs[resourceId] = log = new Log(line => Written?.Invoke(resourceId, line));
        return log;
    }

    private sealed class Log(Action<LogLine> written)
    {
        private readonly Lock _gate = new();
        private readonly Queue<LogLine> _backlog = new();
        private readonly List<Channel<LogLine>> _watchers = [];
        private int _lines;

        public void Write(string text, bool isError)
        {
            lock (_gate)
            {
                var line = new LogLine(++_lines, text, isError);
                if (_backlog.Count == BacklogLines)
                    _backlog.Dequeue();
                _backlog.Enqueue(line);
                foreach (var watcher in _watchers)
                    watcher.Writer.TryWrite(line);
                written(line);
            }
        }

        public IReadOnlyList<LogLine> Lines()
        {
            lock (_gate)
                return [.. _backlog];
        }

        public void Complete()
        {
            lock (_gate)
            {
                foreach (var watcher in _watchers)
                    watcher.Writer.TryComplete();
            }
        }

        public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            var channel = Channel.CreateBounded<LogLine>(
                new BoundedChannelOptions(BacklogLines) { FullMode = BoundedChannelFullMode.DropOldest }
            );
            IReadOnlyList<LogLine> earlier;
            lock (_gate)
            {
                earlier = [.. _backlog];
                _watchers.Add(channel);
            }

            try
            {
                if (earlier.Count > 0)
                    yield return earlier;
                while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var batch = new List<LogLine>();
                    while (channel.Reader.TryRead(out var line))
                        batch.Add(line);
                    yield return batch;
                }
            }
            finally
            {
                lock (_gate)
                    _watchers.Remove(channel);
            }
        }
    }

    private sealed class ResourceLogger(Log[] logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not (LogLevel.None or LogLevel.Trace or LogLevel.Debug);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (!IsEnabled(logLevel))
                return;

            var text = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
            foreach (var log in logs)
            {
                foreach (var line in text.Split('\n'))
                    log.Write(line.TrimEnd('\r'), logLevel >= LogLevel.Error);
            }
        }
    }
}
