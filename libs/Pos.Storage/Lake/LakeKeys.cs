using System.Globalization;
using Pos.Storage.Quarantine;

namespace Pos.Storage.Lake;

/// <summary>
/// Keys of the lake's objects, partitioned by the hour (UTC) in which the object's first record arrived:
/// <c>purchases/date=2026-03-04/hour=05/shardId-000000000000-4959…898.json.gz</c>. Text order is time order.
/// </summary>
internal static class LakeKeys
{
    /// <summary>The prefix of every key.</summary>
    public const string Prefix = "purchases/";

    private const string RetryPrefix = "replay-";
    private const string Extension = ".json.gz";

    /// <summary>Returns the folder of an hour, with its slash.</summary>
    public static string Folder(DateTimeOffset hour) => Partition(hour.UtcDateTime) + "/";

    /// <summary>Returns the folder of an hour (UTC), without its slash.</summary>
    public static string Partition(DateTime hour) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}date={hour:yyyy-MM-dd}/hour={hour:HH}");

    /// <summary>
    /// Returns the key of a batch's object. It names the batch's first record with a purchase, so that a redelivered
    /// batch overwrites its object.
    /// </summary>
    public static string KeyOf(StreamRecord first) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Folder(first.ArrivedAt)}{first.ShardId}-{first.SequenceNumber}{Extension}"
        );

    /// <summary>
    /// Returns the key of the object for one retried quarantine entry. It only depends on the entry and never equals a
    /// batch's key.
    /// </summary>
    public static string RetryKeyOf(StreamRecord record, int? ordinal) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Folder(record.ArrivedAt)}{RetryPrefix}{QuarantineKeys.IdOf(record, ordinal)}{Extension}"
        );

    /// <summary>Splits the key of a batch's object into shard and sequence number of its first record.</summary>
    public static bool TryParse(string key, out string shardId, out string sequenceNumber)
    {
        (shardId, sequenceNumber) = ("", "");
        if (!TryGetName(key, out var name) || name.StartsWith(RetryPrefix, StringComparison.Ordinal))
            return false;
        var separator = name.LastIndexOf('-');
        if (separator < 0)
            return false;
        (shardId, sequenceNumber) = (name[..separator], name[(separator + 1)..]);
        return true;
    }

    /// <summary>True if the object has a retried record, or a retried line of it.</summary>
    public static bool IsRetryOf(string key, string sequenceNumber) =>
        TryGetName(key, out var name)
        && name.StartsWith(RetryPrefix, StringComparison.Ordinal)
        && name.Split('-').Contains(sequenceNumber);

    private static bool TryGetName(string key, out string name)
    {
        name = key.EndsWith(Extension, StringComparison.Ordinal)
            ? key[(key.LastIndexOf('/') + 1)..^Extension.Length]
            : "";
        return name is not "";
    }
}
