using System.Globalization;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// The result of reading RocksDB's log before the database is opened. Each batch in the log has a mark: the sequence
/// number up to which every change was on disk when the batch was written. A database that recovers fewer changes than
/// the newest mark has lost acknowledged writes. RocksDB cannot distinguish such damage from a torn tail.
/// </summary>
/// <param name="NewestMark">The newest mark; 0 if the log has none.</param>
/// <param name="Gap">The first position without a whole batch, or with a batch that does not follow the previous one;
/// null if there is none.</param>
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

    // RocksDB names its logs by number; other files do not belong to the database.
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
