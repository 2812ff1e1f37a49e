using System.Buffers.Binary;
using System.Globalization;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>
/// Tells a torn tail of RocksDB's log from damage. Each batch in the log carries a mark: the sequence number up to
/// which everything was on disk when the batch was written. A gap is a torn tail unless a mark behind it says that
/// its changes were on disk; then acknowledged writes are lost, and the start is refused.
/// </summary>
internal static class WalInspection
{
    /// <summary>Bytes of a batch's mark, which is the first entry of the batch.</summary>
    public const int MarkBytes = sizeof(ulong);

    /// <exception cref="StartRefusedException">The log lacks changes that were on disk.</exception>
    public static void Check(string folder)
    {
        string? gap = null;
        ulong? expected = null; // the sequence number after the last change before the gap
        var logs = Directory
            .EnumerateFiles(folder, "*.log")
            .OrderBy(path => ulong.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture));
        foreach (var path in logs)
        {
            foreach (var record in new WalRecords(path).Read())
            {
                if (record.Sequence is not { } sequence)
                {
                    gap ??= Place(path, record.Offset);
                    continue;
                }
                if (expected < sequence)
                    gap ??= Place(path, record.Offset);
                if (gap is null)
                {
                    expected = sequence + record.Count;
                    continue;
                }
                expected ??= sequence - 1; // the log begins with the gap, which ends here
                if (record.Mark >= expected)
                    throw new StartRefusedException(
                        $"The tables' log is damaged at {gap}: acknowledged writes are lost. Restore the folder '{folder}' from a backup."
                    );
            }
        }
    }

    private static string Place(string path, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"'{path}', offset {offset}");
}
