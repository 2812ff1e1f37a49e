using System.Buffers;
using System.Globalization;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Delivery.Log;

/// <summary>One file of the log. Its name is the log offset of its first byte.</summary>
internal sealed class LogSegment : IDisposable
{
    private const string Suffix = ".log";
    private const int SearchWindow = 256 * 1024;
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private LogSegment(string path, long start, SafeFileHandle file)
    {
        _path = path;
        _file = file;
        Start = start;
        End = start + RandomAccess.GetLength(file);
    }

    /// <summary>Log offset of the first byte.</summary>
    public long Start { get; }

    /// <summary>Log offset after the last byte on disk.</summary>
    public long End { get; private set; }

    public static LogSegment Create(string folder, long start)
    {
        var path = Path.Combine(folder, start.ToString("D19", CultureInfo.InvariantCulture) + Suffix);
        var segment = new LogSegment(
            path,
            start,
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)
        );
        FolderSync.Flush(folder);
        return segment;
    }

    /// <summary>Opens the folder's segments in order.</summary>
    public static List<LogSegment> OpenAll(string folder) =>
        [
            .. Directory
                .GetFiles(folder, "*" + Suffix)
                .Order(StringComparer.Ordinal)
                .Select(path => new LogSegment(
                    path,
                    long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture),
                    File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)
                )),
        ];

    /// <summary>Appends and returns when the bytes are on disk.</summary>
    /// <exception cref="IOException">Nothing was appended.</exception>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        try
        {
            RandomAccess.Write(_file, parts, End - Start);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, End - Start); // A full disk leaves a partial write.
            throw;
        }
        RandomAccess.FlushToDisk(_file);
        End += parts.Sum(part => (long)part.Length);
    }

    /// <summary>Reads into the buffer and returns the byte count, smaller than the buffer only at the end.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        var total = 0;
        while (
            total < buffer.Length
            && RandomAccess.Read(_file, buffer[total..], offset - Start + total) is > 0 and var read
        )
            total += read;
        return total;
    }

    /// <summary>Returns the offset of the first intact entry at or after an offset; null if there is none.</summary>
    public long? FindIntact(long from)
    {
        var window = ArrayPool<byte>.Shared.Rent(SearchWindow);
        var entry = ArrayPool<byte>.Shared.Rent(LogEntry.HeaderBytes + LogEntry.MaxDataBytes);
        try
        {
            for (var start = from; start < End; start += SearchWindow - LogEntry.HeaderBytes + 1)
            {
                var read = Read(window.AsSpan(0, SearchWindow), start);
                for (var i = 0; i + LogEntry.HeaderBytes <= read; i++)
                {
                    if (LogEntry.MayBeHeader(window.AsSpan(i, LogEntry.HeaderBytes)) && IsIntactAt(start + i, entry))
                        return start + i;
                }
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
            ArrayPool<byte>.Shared.Return(entry);
        }
    }

    /// <summary>Returns the length of the entry at an offset; 0 if it is not intact.</summary>
    public int IntactLength(long offset, byte[] buffer)
    {
        var length = LogEntry.GetLength(buffer.AsSpan(0, Read(buffer.AsSpan(0, LogEntry.HeaderBytes), offset)));
        return
            length > 0
            && Read(buffer.AsSpan(0, length), offset) == length
            && LogEntry.IsIntact(buffer.AsSpan(0, length))
            ? length
            : 0;
    }

    /// <summary>Flushes pages that the previous process wrote but may not have flushed.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <summary>
    /// Copies a range to a separate file, which is kept when the segment is deleted, for manual repair. Returns the
    /// file's path.
    /// </summary>
    public string SaveCopy(long from, long to)
    {
        var copy = string.Create(CultureInfo.InvariantCulture, $"{_path}.{from - Start}.damaged");
        using var file = File.Create(copy);
        var buffer = new byte[SearchWindow];
        for (var at = from; at < to; )
        {
            var read = Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at)), at);
            if (read == 0)
                break;
            file.Write(buffer, 0, read);
            at += read;
        }
        return copy;
    }

    public void Truncate(long offset)
    {
        RandomAccess.SetLength(_file, offset - Start);
        RandomAccess.FlushToDisk(_file);
        End = offset;
    }

    public void Delete()
    {
        Dispose();
        File.Delete(_path);
    }

    private bool IsIntactAt(long offset, byte[] buffer) => IntactLength(offset, buffer) > 0;

    public void Dispose() => _file.Dispose();

    public override string ToString() => _path;
}
