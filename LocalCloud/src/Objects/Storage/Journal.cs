using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// The file that records all objects. A write takes effect when its entry is flushed here. Its data file is flushed
/// before. File names that encode keys were rejected: they would limit keys to valid file names, and a start would have
/// to scan every folder.
/// </summary>
/// <remarks>
/// A sequence of frames, one per group commit: payload length, CRC-32 of the payload, CRC-32 of these two and of the
/// frame's offset, payload. Only the last frame can be torn. It is truncated, because it was never acknowledged. Damage
/// before it is reported, and the frames after it are read.
/// </remarks>
internal sealed class Journal : IDisposable
{
    private const int HeaderSize = 12;
    private const int SnapshotFrameSize = 256 * 1024;
    private readonly string _path;
    private SafeFileHandle _file;
    private readonly List<string> _damages = [];

    // Reused for each frame, because new arrays would go to the large object heap.
    private readonly MemoryStream _encoded = new();
    private byte[] _frame = [];
    private bool _failed;

    private Journal(string path, SafeFileHandle file) => (_path, _file) = (path, file);

    /// <summary>Length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Number of entries since the last rewrite, including obsolete ones.
    /// </summary>
    public long EntryCount { get; private set; }

    /// <summary>Descriptions of the damaged parts; empty if there are none.</summary>
    public IReadOnlyList<string> Damages => _damages;

    /// <summary>Opens or creates the journal and passes its entries to <paramref name="apply"/> in order.</summary>
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
    /// <exception cref="IOException">Nothing was appended. If that is uncertain, later calls fail, too.</exception>
    public void Append(IReadOnlyCollection<JournalEntry> entries)
    {
        if (_failed)
            throw new IOException(
                $"An earlier flush of '{_path}' failed. Its content on disk is unknown until the next start."
            );
        var frame = Frame(entries, Length);
        _failed = true;
        try
        {
            RandomAccess.Write(_file, frame, Length);
        }
        catch (IOException)
        {
            // A full disk, for instance. Remove the partial frame before the next one is written.
            RandomAccess.SetLength(_file, Length);
            _failed = false;
            throw;
        }
        // After a failed flush the kernel may have dropped the pages, so the frame may or may not be on disk.
        RandomAccess.FlushToDisk(_file);
        _failed = false;
        Length += frame.Length;
        EntryCount += entries.Count;
    }

    /// <summary>Replaces the journal with these entries. A crash leaves either the old or the new journal.</summary>
    public void Rewrite(IEnumerable<JournalEntry> snapshot)
    {
        var newPath = _path + ".new";
        var file = File.OpenHandle(newPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var length = 0L;
            // Entries have about 100 bytes. The frame size only limits the memory of a replay.
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
            _failed = _file.IsClosed;
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

    /// <summary>Encodes a frame, valid until the next one.</summary>
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
                if (FindFrame(Length + 1, fileLength) is { } later)
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

    /// <summary>Returns the payload, valid until the next read. Empty if there is no valid frame.</summary>
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
    /// Finds the next valid frame, which distinguishes damage from a torn end. A header's checksum covers its offset,
    /// so content cannot look like a frame.
    /// </summary>
    private long? FindFrame(long offset, long fileLength)
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
