using System.Globalization;

namespace Pos.Storage.Leases;

/// <summary>
/// How far a shard has come, as the lease table has it: a sequence number, or one of the words of the Kinesis Client
/// Library.
/// </summary>
internal static class Checkpoint
{
    public const string TrimHorizon = "TRIM_HORIZON";
    public const string ShardEnd = "SHARD_END";
    private const string AtTimestampPrefix = "AT_TIMESTAMP ";

    /// <summary>
    /// From a time on. LATEST is stored as this too, so that a start that comes to nothing does not move it.
    /// </summary>
    public static string At(DateTimeOffset time) =>
        AtTimestampPrefix + time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static bool TryGetTime(string checkpoint, out DateTimeOffset time)
    {
        time = default;
        return checkpoint.StartsWith(AtTimestampPrefix, StringComparison.Ordinal)
            && DateTimeOffset.TryParse(
                checkpoint.AsSpan(AtTimestampPrefix.Length),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out time
            );
    }
}
