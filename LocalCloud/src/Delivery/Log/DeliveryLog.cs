using System.Diagnostics;
using System.Threading.Channels;

namespace LocalCloud.Delivery.Log;

/// <summary>
/// What a delivery stream has acknowledged and not yet delivered: entries in files, addressed by their offset in the
/// log as a whole. Appends that wait while the disk flushes go together with the next flush (group commit).
/// </summary>
internal sealed partial class DeliveryLog : IAsyncDisposable
{
    private const int LargestRound = 16 * 1024 * 1024;

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
    private Exception? _broken;

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

    /// <summary>Offset after the last entry that is on disk.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Traces of the entries on disk.</summary>
    public TracedAppends Traces { get; } = new();

    /// <summary>Bytes of appends that are not on disk yet.</summary>
    public long WaitingBytes => Interlocked.Read(ref _waitingBytes);

    /// <summary>Appends sealed entries, one behind the other; done when they are on disk.</summary>
    /// <exception cref="IOException">They are not in the log.</exception>
    public Task AppendAsync(ReadOnlyMemory<byte> entries) => AppendAsync(entries, trace: default);

    /// <summary>Appends sealed entries and keeps the trace that they belong to, in memory.</summary>
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

    /// <summary>A reader of whole entries from an offset on.</summary>
    public LogReader ReadFrom(long offset) => new(this, offset);

    /// <summary>Deletes the files that hold nothing at or after an offset.</summary>
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

    /// <returns>The bytes read; 0 at the end.</returns>
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
            while (bytes < LargestRound && _waiting.Reader.TryRead(out var append))
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
        if (_broken is not null)
            return _broken;
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
            // Before the end moves: whoever sees the entries finds their traces.
            foreach (var append in round)
                Traces.Add(append.Trace, at += append.Entries.Length);
            Volatile.Write(ref _end, segment.End);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogWriteFailed(_logger, error, _folder);
            // After a failed fsync nobody knows what is on disk, and the next one would succeed all the same: no more
            // until recovery.
            if (error is not IOException { HResult: var code } || !IsDiskFull(code))
                _broken = error;
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

    [LoggerMessage(302, LogLevel.Error, "Writing the delivery log in {Folder} failed")]
    private static partial void LogWriteFailed(ILogger logger, Exception error, string folder);
}
