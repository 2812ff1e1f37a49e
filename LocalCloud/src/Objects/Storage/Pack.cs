using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// A small object with its checksums and attributes. The commit sets its location.
/// </summary>
internal sealed class PackedContent(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes => bytes;
    public long FileId { get; set; }
    public long Offset { get; set; }

    /// <summary>Returns the entry with the content's location.</summary>
    public ObjectEntry WithLocation(ObjectEntry entry) =>
        entry with
        {
            FileId = FileId,
            Offset = Offset,
            PackedBytes = bytes.Length,
        };
}

/// <summary>
/// A data file for many small objects. All of a commit need one write and one flush. With a file for each, each would
/// need a flush of the file and of its folder, and recently deleted files slow a file system down. Used only by the
/// commit thread.
/// </summary>
internal sealed class Pack(DataFiles files) : IDisposable
{
    /// <summary>Maximum size of an object's content. A larger object has its own file.</summary>
    public const int MaxContentBytes = DataFiles.BlockSize;

    private const long MaxBytes = 64 * 1024 * 1024;
    private readonly List<ReadOnlyMemory<byte>> _round = [];
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>The current file; -1 if there is none yet.</summary>
    public long FileId { get; private set; } = -1;

    /// <summary>Bytes that were added and not flushed yet.</summary>
    public int RoundBytes { get; private set; }

    /// <summary>True if the next object needs a new file.</summary>
    public bool IsFull => _round.Count == 0 && (_file is null || _length >= MaxBytes);

    /// <summary>Starts a new file. Returns when its folder entry is on disk.</summary>
    public void Start()
    {
        _length = MaxBytes; // Stays full if this fails.
        _file?.Dispose();
        (FileId, _file) = files.Create();
        FolderSync.Flush(files.FolderPath(FileId));
        _length = 0;
    }

    /// <summary>Adds content to the next flush and sets its location.</summary>
    public void Add(PackedContent content)
    {
        (content.FileId, content.Offset) = (FileId, _length + RoundBytes);
        _round.Add(content.Bytes);
        RoundBytes += content.Bytes.Length;
    }

    /// <summary>Removes the content if it was added last.</summary>
    public void RemoveLast(PackedContent content)
    {
        if (_round.Count == 0 || !_round[^1].Equals(content.Bytes))
            return;
        _round.RemoveAt(_round.Count - 1);
        RoundBytes -= content.Bytes.Length;
    }

    /// <summary>Writes and flushes the added content.</summary>
    /// <exception cref="IOException">The content on disk is unknown. The file receives no more content.</exception>
    public void Flush()
    {
        if (_round.Count == 0)
            return;
        try
        {
            RandomAccess.Write(_file!, _round, _length);
            RandomAccess.FlushToDisk(_file!);
            _length += RoundBytes;
        }
        catch
        {
            _length = MaxBytes;
            throw;
        }
        finally
        {
            _round.Clear();
            RoundBytes = 0;
        }
    }

    public void Dispose() => _file?.Dispose();
}
