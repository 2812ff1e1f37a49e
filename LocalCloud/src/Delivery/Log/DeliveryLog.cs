using System.Diagnostics;
using System.Threading.Channels;

namespace LocalCloud.Delivery.Log;

/// <summary>
/// The acknowledged, undelivered records of a delivery stream: entries in files, addressed by their offset in the whole
/// log. Appends that wait during a flush share the next one (group commit).
/// </summary>
internal sealed partial class DeliveryLog : IAsyncDisposable
{
    private const int MaxRoundBytes = 16 * 1024 * 1024;

    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<LogSegment> _segments;
    private readonly SortedDictionary<long, LogDamage> _damage;
    private readonly Channel<Append> _waiting = Channel.CreateUnbounded<Append>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Task _writing;
    private long _waitingBytes;
    private long _end;
    private Exception? _failure;

    private DeliveryLog(
        string folder,
        long segmentBytes,
        List<LogSegment> segments,
        SortedDictionary<long, LogDamage> damage,
        ILogger logger
    )
    {
        _folder = folder;
        _segmentBytes = segmentBytes;
        _segments = segments;
        _damage = damage;
        _logger = logger;
        _end = segments[^1].End;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Offset after the last entry on disk.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Traces of the entries on disk.</summary>
    public TracedAppends Traces { get; } = new();

    /// <summary>Bytes of appends that are not on disk yet.</summary>
    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    /// <summary>Appends concatenated, sealed entries. Completes when they are on disk.</summary>
    /// <exception cref="IOException">The entries were not appended.</exception>
    public Task AppendAsync(ReadOnlyMemory<byte> entries) => AppendAsync(entries, trace: default);

    /// <summary>Appends sealed entries and keeps their trace in memory.</summary>
    /// <inheritdoc cref="AppendAsync(ReadOnlyMemory{byte})"/>
    public Task AppendAsync(ReadOnlyMemory<byte> entries, ActivityContext trace)
    {
        var append = new Append(entries, trace);
        Interlocked.Add(ref _waitingBytes, entries.Length);
        if (!_waiting.Writer.TryWrite(append))
        {
            Interlocked.Add(ref _waitingBytes, -entries.Length);
            append.Done.SetException(new IOException("The delivery log is closed."));
        }
        return append.Done.Task;
    }

    /// <summary>Returns a reader of complete entries from an offset on.</summary>
    public LogReader ReadFrom(long offset) => new(this, offset);

    /// <summary>Deletes the files that end at or before an offset.</summary>
    public void DropBefore(long offset)
    {
        lock (_lock)
        {
            while (_segments.Count > 1 && _segments[0].End <= offset)
            {
                _segments[0].Delete();
                _segments.RemoveAt(0);
            }
        }
    }

    /// <summary>Reads into the buffer and returns the byte count; 0 at the end.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        LogSegment segment;
        lock (_lock)
        {
            var end = Math.Min(End, _segments[^1].End);
            if (offset >= end)
                return 0;
            segment = _segments.Last(candidate => candidate.Start <= offset);
            buffer = buffer[..(int)Math.Min(buffer.Length, Math.Min(segment.End, end) - offset)];
        }
        return segment.Read(buffer, offset);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
        foreach (var segment in _segments)
            segment.Dispose();
    }

    private async Task WriteAsync()
    {
        var round = new List<Append>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var bytes = 0L;
            while (bytes < MaxRoundBytes && _waiting.Reader.TryRead(out var append))
            {
                round.Add(append);
                bytes += append.Entries.Length;
            }
            var error = Commit(round);
            Interlocked.Add(ref _waitingBytes, -bytes);
            foreach (var append in round)
            {
                if (error is null)
                    append.Done.SetResult();
                else
                    append.Done.SetException(
                        new IOException($"The delivery log in '{_folder}' could not be written: {error.Message}", error)
                    );
            }
            round.Clear();
        }
    }

    private Exception? Commit(List<Append> round)
    {
        if (_failure is not null)
            return _failure;
        try
        {
            var segment = _segments[^1];
            if (segment.End - segment.Start >= _segmentBytes)
            {
                segment = LogSegment.Create(_folder, segment.End);
                lock (_lock)
                    _segments.Add(segment);
            }
            var at = segment.End;
            segment.Append([.. round.Select(append => append.Entries)]);
            // Add traces before the end moves, so that a reader of the entries finds them.
            foreach (var append in round)
                Traces.Add(append.Trace, at += append.Entries.Length);
            Volatile.Write(ref _end, segment.End);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogWriteFailed(_logger, error, _folder);
            // After a failed fsync the disk's content is unknown, although the next fsync would succeed. Reject all
            // appends until recovery.
            if (error is not IOException { HResult: var code } || !IsDiskFull(code))
                _failure = error;
            return error;
        }
    }

    private static bool IsDiskFull(int hresult) =>
        (hresult & 0xFFFF)
            is 28 /* ENOSPC */
                or 0x70 /* ERROR_DISK_FULL */
                or 122 /* EDQUOT */
    ;

    private sealed class Append(ReadOnlyMemory<byte> entries, ActivityContext trace)
    {
        public ActivityContext Trace { get; } = trace;
        public ReadOnlyMemory<byte> Entries { get; } = entries;
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(302, LogLevel.Error, "Write failed for the delivery log in {Folder}; its puts were rejected")]
    private static partial void LogWriteFailed(ILogger logger, Exception error, string folder);
}
