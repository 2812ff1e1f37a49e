using LocalCloud.Streams.Storage;

namespace LocalCloud.Tests.Streams;

/// <summary>Real files with flushes that can be delayed, writes that can fail, and counted reads.</summary>
internal sealed class BrokenLogFiles : ILogFiles
{
    private readonly LogFiles _files = new();

    /// <summary>Runs before each flush.</summary>
    public Action BeforeFlush { get; set; } = () => { };

    /// <summary>The bytes of the next write that fit before the disk is full; null if the disk has space.</summary>
    public int? SpaceLeft { get; set; }

    public int Flushes { get; private set; }

    /// <summary>The number of bytes read, by file name.</summary>
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
            if (owner.SpaceLeft is { } space)
            {
                file.Write(bytes[..Math.Min(space, bytes.Length)], offset);
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
