using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// The one file that says which objects there are. A write takes effect when its entry is in here and flushed; data
/// files are flushed before. Chosen over names that encode keys because those tie keys to what a file system can name,
/// and make a start scan every folder.
/// </summary>
/// <remarks>
/// A sequence of frames, one per group commit: payload length, CRC-32 of the payload, CRC-32 of these two and of the
/// frame's offset; payload. Only the last frame can be torn, and it is cut: nobody had its acknowledgement. Damage
/// anywhere before is named; what follows it is read.
/// </remarks>
internal sealed class Journal : IDisposable
{
    private const int HeaderSize = 12;
    private const int SnapshotFrameSize = 256 * 1024;
    private readonly string _path;
    private SafeFileHandle _file;
    private readonly List<string> _damages = [];

    // the frame being written: a new one each time would be a large object
    private readonly MemoryStream _encoded = new();
    private byte[] _frame = [];
    private bool _broken;

    private Journal(string path, SafeFileHandle file) => (_path, _file) = (path, file);

    /// <summary>Bytes.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Entries since the journal was last rewritten: those that still count and those that do not, in the order they
    /// came.
    /// </summary>
    public long EntryCount { get; private set; }

    /// <summary>Parts that cannot be read, in words; empty: it is whole.</summary>
    public IReadOnlyList<string> Damages => _damages;

    /// <summary>Opens or makes the journal and gives its entries to <paramref name="apply"/>, in order.</summary>
    public static Journal Open(string path, Action<JournalEntry> apply)
    {
        var journal = new Journal(
            path,
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
        );
        try
        {
            FolderSync.Flush(Path.GetDirectoryName(path)!);
            journal.Replay(apply);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Appends the entries as one frame and flushes it to disk.</summary>
    /// <exception cref="IOException">Nothing was appended. Should that be in doubt, every later call fails,
    /// too.</exception>
    public void Append(IReadOnlyCollection<JournalEntry> entries)
    {
        if (_broken)
            throw new IOException(
                $"'{_path}' could not be flushed earlier; what it holds on disk is unknown until the next start."
            );
        var frame = Frame(entries, Length);
        _broken = true;
        try
        {
            RandomAccess.Write(_file, frame, Length);
        }
        catch (IOException)
        {
            // A full disk, say. What was written of the frame must not come before the next one.
            RandomAccess.SetLength(_file, Length);
            _broken = false;
            throw;
        }
        // After a failed flush the kernel may have dropped the pages: whether the frame is on disk cannot be known.
        RandomAccess.FlushToDisk(_file);
        _broken = false;
        Length += frame.Length;
        EntryCount += entries.Count;
    }

    /// <summary>Replaces the journal by these entries; a crash leaves the old or the new one.</summary>
    public void Rewrite(IEnumerable<JournalEntry> snapshot)
    {
        var newPath = _path + ".new";
        var file = File.OpenHandle(newPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var length = 0L;
            // Entries are some 100 bytes; the frame size only bounds the memory of a replay.
            foreach (var entries in snapshot.Append(new JournalEntry.SnapshotEnded()).Chunk(SnapshotFrameSize / 100))
            {
                var frame = Frame(entries, length);
                RandomAccess.Write(file, frame, length);
                length += frame.Length;
            }
            RandomAccess.FlushToDisk(file);
            _file.Dispose();
            file.Dispose();
            File.Move(newPath, _path, overwrite: true);
            FolderSync.Flush(Path.GetDirectoryName(_path)!);
            _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            (Length, EntryCount) = (length, 0);
        }
        catch
        {
            _broken = _file.IsClosed;
            throw;
        }
        finally
        {
            file.Dispose();
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _encoded.Dispose();
    }

    /// <returns>Good until the next.</returns>
    private ReadOnlySpan<byte> Frame(IReadOnlyCollection<JournalEntry> entries, long offset)
    {
        _encoded.SetLength(HeaderSize);
        _encoded.Position = HeaderSize;
        using (var writer = new BinaryWriter(_encoded, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var entry in entries)
                entry.Write(writer);
        }
        var frame = _encoded.GetBuffer().AsSpan(0, (int)_encoded.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32.HashToUInt32(frame[HeaderSize..]));
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], HeaderChecksum(frame, offset));
        return frame;
    }

    private void Replay(Action<JournalEntry> apply)
    {
        var fileLength = RandomAccess.GetLength(_file);
        while (Length < fileLength)
        {
            var payload = ReadFrame(Length, fileLength);
            if (payload.IsEmpty)
            {
                if (WholeFrameAfter(Length + 1, fileLength) is { } later)
                {
                    _damages.Add(
                        string.Create(CultureInfo.InvariantCulture, $"'{_path}', bytes {Length} to {later - 1}")
                    );
                    Length = later;
                    continue;
                }
                RandomAccess.SetLength(_file, Length);
                RandomAccess.FlushToDisk(_file);
                break;
            }
            var reader = new JournalReader(payload);
            while (!reader.IsAtEnd)
            {
                var entry = JournalEntry.Read(ref reader);
                apply(entry);
                EntryCount = entry is JournalEntry.SnapshotEnded ? 0 : EntryCount + 1;
            }
            Length += HeaderSize + payload.Length;
        }
        _frame = [];
    }

    /// <returns>The payload, until the next frame is read; empty where there is no whole frame.</returns>
    private ReadOnlySpan<byte> ReadFrame(long offset, long fileLength)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (
            RandomAccess.Read(_file, header, offset) < HeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != HeaderChecksum(header, offset)
        )
            return [];
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length <= 0 || length > fileLength - offset - HeaderSize)
            return [];
        if (_frame.Length < length)
            _frame = new byte[length];
        var payload = _frame.AsSpan(0, length);
        return
            RandomAccess.Read(_file, payload, offset + HeaderSize) == length
            && Crc32.HashToUInt32(payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[4..])
            ? payload
            : [];
    }

    /// <summary>
    /// Tells damage from a torn end: a header's checksum covers its offset, so that no content looks like a frame by
    /// chance or by intent.
    /// </summary>
    private long? WholeFrameAfter(long offset, long fileLength)
    {
        var rest = new byte[64 * 1024];
        while (offset + HeaderSize < fileLength)
        {
            var read = RandomAccess.Read(_file, rest, offset);
            for (var i = 0; i + HeaderSize <= read; i++)
            {
                if (
                    BinaryPrimitives.ReadUInt32LittleEndian(rest.AsSpan(i + 8))
                        == HeaderChecksum(rest.AsSpan(i), offset + i)
                    && !ReadFrame(offset + i, fileLength).IsEmpty
                )
                    return offset + i;
            }
            offset += Math.Max(1, read - HeaderSize + 1);
        }
        return null;
    }

    private static uint HeaderChecksum(ReadOnlySpan<byte> header, long offset)
    {
        Span<byte> covered = stackalloc byte[16];
        header[..8].CopyTo(covered);
        BinaryPrimitives.WriteInt64LittleEndian(covered[8..], offset);
        return Crc32.HashToUInt32(covered);
    }
}
