using LocalCloud.Storage;

namespace LocalCloud.Streams.Storage;

/// <summary>One file of a stream's log. Its name is the first ordinal it may contain.</summary>
internal sealed class LogSegment(string path, long baseOrdinal, ILogFile file, SegmentIndex index) : IDisposable
{
    public const string Suffix = ".log";
    public const string IndexSuffix = ".index";

    public string Path { get; } = path;
    public long BaseOrdinal { get; } = baseOrdinal;
    public ILogFile File { get; } = file;
    public SegmentIndex Index { get; } = index;

    public static string PathOf(string folder, long baseOrdinal) =>
        System.IO.Path.Combine(folder, $"{baseOrdinal:D19}{Suffix}");

    /// <summary>Returns true if the file has a segment's name.</summary>
    public static bool IsSegment(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path) is { Length: 19 } name
        && name.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    public static LogSegment Open(string path, ILogFiles files, SegmentIndex index) =>
        new(path, long.Parse(System.IO.Path.GetFileNameWithoutExtension(path)), files.Open(path), index);

    /// <summary>Writes the index beside the segment, so that recovery does not have to read the segment.</summary>
    public void WriteIndex() => DurableFile.Replace(System.IO.Path.ChangeExtension(Path, IndexSuffix), Index.ToBytes());

    public static SegmentIndex? ReadIndex(string path)
    {
        var indexPath = System.IO.Path.ChangeExtension(path, IndexSuffix);
        return
            System.IO.File.Exists(indexPath)
            && SegmentIndex.TryParse(System.IO.File.ReadAllBytes(indexPath), out var index)
            ? index
            : null;
    }

    public void Delete()
    {
        Dispose();
        System.IO.File.Delete(System.IO.Path.ChangeExtension(Path, IndexSuffix));
        System.IO.File.Delete(Path);
    }

    public void Dispose() => File.Dispose();
}
