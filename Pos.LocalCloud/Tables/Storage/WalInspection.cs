using System.Globalization;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>
/// What RocksDB's log says before it is opened. Each batch in it carries a mark: the sequence number up to which
/// every change was on disk when the batch was written. A database that recovers fewer changes than the newest mark
/// has lost acknowledged writes. RocksDB itself cannot tell such damage from a torn tail.
/// </summary>
/// <param name="NewestMark">0 if there is none.</param>
/// <param name="Gap">The first place that has no whole batch, or whose batch does not follow the one before; null if
/// there is none.</param>
internal readonly record struct WalInspection(ulong NewestMark, string? Gap)
{
    /// <summary>Bytes of a batch's mark, which is the first entry of the batch.</summary>
    public const int MarkBytes = sizeof(ulong);

    public static WalInspection Read(string folder)
    {
        var (newest, expected, gap) = (0UL, (ulong?)null, (string?)null);
        foreach (var path in Logs(folder))
        {
            foreach (var record in new WalRecords(path).Read())
            {
                if (record.Sequence is null || (expected ?? record.Sequence) != record.Sequence)
                    gap ??= string.Create(CultureInfo.InvariantCulture, $"'{path}', offset {record.Offset}");
                if (record.Sequence is { } sequence)
                    expected = sequence + record.Count;
                newest = Math.Max(newest, record.Mark);
            }
        }
        return new WalInspection(newest, gap);
    }

    // Named by number; any other file is not the database's.
    private static IEnumerable<string> Logs(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.log")
            .Select(path =>
                (
                    Path: path,
                    IsLog: ulong.TryParse(NameOf(path), CultureInfo.InvariantCulture, out var number),
                    Number: number
                )
            )
            .Where(file => file.IsLog)
            .OrderBy(file => file.Number)
            .Select(file => file.Path);

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
