using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Pos.LocalCloud.Storage;

namespace Pos.LocalCloud.Delivery.Log;

/// <summary>One file of the log, named by the log offset of its first byte.</summary>
internal sealed class LogSegment : IDisposable
{
    private const string Suffix = ".log";
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
        var segment = new LogSegment(path, start, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));
        FolderSync.Flush(folder);
        return segment;
    }

    /// <summary>The folder's segments in order.</summary>
    public static List<LogSegment> OpenAll(string folder) =>
        [.. Directory.GetFiles(folder, "*" + Suffix)
            .Order(StringComparer.Ordinal)
            .Select(path => new LogSegment(
                path,
                long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture),
                File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)))];

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
        while (total < buffer.Length && RandomAccess.Read(_file, buffer[total..], offset - Start + total) is > 0 and var read)
            total += read;
        return total;
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

    public void Dispose() => _file.Dispose();

    public override string ToString() => _path;
}
