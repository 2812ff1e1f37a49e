using System.Globalization;

namespace Pos.Storage.Leases;

/// <summary>
/// Defines a shard's checkpoint in the lease table: a sequence number, or one of the constants of the Kinesis Client
/// Library.
/// </summary>
internal static class Checkpoint
{
    public const string TrimHorizon = "TRIM_HORIZON";
    public const string ShardEnd = "SHARD_END";
    private const string AtTimestampPrefix = "AT_TIMESTAMP ";

    /// <summary>
    /// Returns a checkpoint that starts at a time. LATEST is stored like this too, so that a restart before the first
    /// record starts at the same place.
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
