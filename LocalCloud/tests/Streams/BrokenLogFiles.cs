using LocalCloud.Streams.Storage;

namespace LocalCloud.Tests.Streams;

/// <summary>Real files whose flushes can be held up, whose writes can fail, and whose reads are counted.</summary>
internal sealed class BrokenLogFiles : ILogFiles
{
    private readonly LogFiles _files = new();

    /// <summary>Runs before a flush reaches the disk.</summary>
    public Action BeforeFlush { get; set; } = () => { };

    /// <summary>Bytes of the next write that reach the file before the disk is full; null when it is not.</summary>
    public int? RoomLeft { get; set; }

    public int Flushes { get; private set; }

    /// <summary>Bytes read by file name.</summary>
    public Dictionary<string, long> BytesRead { get; } = [];

    public ILogFile Open(string path) => new BrokenFile(this, Path.GetFileName(path), _files.Open(path));

    private sealed class BrokenFile(BrokenLogFiles owner, string name, ILogFile file) : ILogFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var read = file.Read(buffer, offset);
            lock (owner.BytesRead)
                owner.BytesRead[name] = owner.BytesRead.GetValueOrDefault(name) + read;
            return read;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (owner.RoomLeft is { } room)
            {
                file.Write(bytes[..Math.Min(room, bytes.Length)], offset);
                throw new IOException("No space left on device");
            }
            file.Write(bytes, offset);
        }

        public void Flush()
        {
            owner.BeforeFlush();
            file.Flush();
            owner.Flushes++;
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}
