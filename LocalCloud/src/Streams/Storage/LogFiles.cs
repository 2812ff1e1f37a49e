using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Streams.Storage;

/// <summary>A log file. Tests implement it to observe writes and to inject disk failures.</summary>
internal interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads into the buffer and returns the byte count, smaller than the buffer only at the end.</summary>
    int Read(Span<byte> buffer, long offset);
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when everything written is on disk.</summary>
    void Flush();
    void Truncate(long length);
}

internal interface ILogFiles
{
    /// <summary>Opens or creates a file. Returns when the folder entry is on disk, too.</summary>
    ILogFile Open(string path);
}

internal sealed class LogFiles : ILogFiles
{
    public ILogFile Open(string path)
    {
        var isNew = !File.Exists(path);
        var file = new LogFile(
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)
        );
        if (isNew)
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        return file;
    }

    private sealed class LogFile(SafeFileHandle handle) : ILogFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (
                total < buffer.Length && RandomAccess.Read(handle, buffer[total..], offset + total) is > 0 and var read
            )
                total += read;
            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => handle.Dispose();
    }
}
