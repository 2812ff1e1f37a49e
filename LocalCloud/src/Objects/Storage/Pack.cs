using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// A small object, whole with its checksums and attributes, and its place once a commit has taken it.
/// </summary>
internal sealed class PackedContent(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes => bytes;
    public long FileId { get; set; }
    public long Offset { get; set; }

    public ObjectEntry Place(ObjectEntry entry) =>
        entry with
        {
            FileId = FileId,
            Offset = Offset,
            PackedBytes = bytes.Length,
        };
}

/// <summary>
/// The data file that small objects go to, one behind the other: those of a commit cost one write and one flush. A file
/// for each costs a flush each, and its folder's, and a file system slows down with what it has just deleted. Only the
/// commits' thread uses it.
/// </summary>
internal sealed class Pack(DataFiles files) : IDisposable
{
    /// <summary>Bytes of content; what is larger has a file of its own.</summary>
    public const int LargestContent = DataFiles.BlockSize;

    private const long Full = 64 * 1024 * 1024;
    private readonly List<ReadOnlyMemory<byte>> _round = [];
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>-1 where there is none yet.</summary>
    public long FileId { get; private set; } = -1;

    /// <summary>Bytes of what was added and is not flushed.</summary>
    public int RoundBytes { get; private set; }

    /// <summary>The next object is to begin a new file.</summary>
    public bool IsFull => _round.Count == 0 && (_file is null || _length >= Full);

    /// <summary>Begins a new file, whose name is on disk when this returns.</summary>
    public void Start()
    {
        _length = Full; // until it has come about
        _file?.Dispose();
        (FileId, _file) = files.Create();
        FolderSync.Flush(files.FolderPath(FileId));
        _length = 0;
    }

    /// <summary>Gives the content its place.</summary>
    public void Add(PackedContent content)
    {
        (content.FileId, content.Offset) = (FileId, _length + RoundBytes);
        _round.Add(content.Bytes);
        RoundBytes += content.Bytes.Length;
    }

    /// <summary>Takes back what was added last, if it was this.</summary>
    public void TakeBack(PackedContent content)
    {
        if (_round.Count == 0 || !_round[^1].Equals(content.Bytes))
            return;
        _round.RemoveAt(_round.Count - 1);
        RoundBytes -= content.Bytes.Length;
    }

    /// <summary>Writes what was added, and flushes.</summary>
    /// <exception cref="IOException">What is on disk is not known: the file gets no more.</exception>
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
            _length = Full;
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
