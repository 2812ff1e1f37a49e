using System.Buffers;
using System.Globalization;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Delivery.Log;

/// <summary>One file of the log, named by the log offset of its first byte.</summary>
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

    /// <summary>Log offset after the last byte that is on disk.</summary>
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

    /// <summary>The folder's segments in order.</summary>
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

    /// <summary>Writes at the end and returns when it is on disk.</summary>
    /// <exception cref="IOException">Nothing was appended; the file is as it was.</exception>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        try
        {
            RandomAccess.Write(_file, parts, End - Start);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_file, End - Start); // a full disk leaves a part
            throw;
        }
        RandomAccess.FlushToDisk(_file);
        End += parts.Sum(part => (long)part.Length);
    }

    /// <returns>The bytes read, fewer than asked for at the end only.</returns>
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

    /// <returns>Where the first intact entry at or after an offset begins; null when there is none.</returns>
    public long? FindIntact(long from)
    {
        var window = ArrayPool<byte>.Shared.Rent(SearchWindow);
        var entry = ArrayPool<byte>.Shared.Rent(LogEntry.HeaderBytes + LogEntry.LargestData);
        try
        {
            for (var start = from; start < End; start += SearchWindow - LogEntry.HeaderBytes + 1)
            {
                var read = Read(window.AsSpan(0, SearchWindow), start);
                for (var i = 0; i + LogEntry.HeaderBytes <= read; i++)
                {
                    if (LogEntry.MayBegin(window.AsSpan(i, LogEntry.HeaderBytes)) && IsIntactAt(start + i, entry))
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

    /// <returns>The length of the entry at an offset; 0 when what stands there is none, or is not what was
    /// written.</returns>
    public int IntactLength(long offset, byte[] buffer)
    {
        var length = LogEntry.LengthOf(buffer.AsSpan(0, Read(buffer.AsSpan(0, LogEntry.HeaderBytes), offset)));
        return
            length > 0
            && Read(buffer.AsSpan(0, length), offset) == length
            && LogEntry.IsIntact(buffer.AsSpan(0, length))
            ? length
            : 0;
    }

    /// <summary>Puts on disk what was read from the page cache of a dead process.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <summary>
    /// Copies a stretch into a file beside, which stays when the segment goes: someone may still read what the log
    /// cannot.
    /// </summary>
    /// <returns>The file.</returns>
    public string Keep(long from, long to)
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

    public void CutAt(long offset)
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
