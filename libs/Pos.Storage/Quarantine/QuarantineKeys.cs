using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pos.Storage.Quarantine;

/// <summary>
/// Ids of entries and keys of their objects. An id contains the position in the stream, so a redelivery gives the same
/// id. It starts with a countdown of the arrival time, so that S3 lists the newest entries first. An entry exists once
/// its <c>.json</c> object does; the decision is written once.
/// <code>
/// quarantine/8227395432999-shardId-000000000000-4959…898-000003.invalid_json.json   the entry
/// quarantine/8227395432999-shardId-000000000000-4959…898-000003.raw                 the raw bytes
/// quarantine/8227395432999-shardId-000000000000-4959…898-000003.decision            retry these bytes, or discard
/// quarantine/8227395432999-shardId-000000000000-4959…898-000003.replayed            the retry is complete
/// quarantine/8227395432999-shardId-000000000000-4959…898-000003.discarded           the discard is complete
/// </code>
/// </summary>
internal static partial class QuarantineKeys
{
    public const string Prefix = "quarantine/";
    public const string Raw = "raw";
    public const string Decision = "decision";
    public const string Replayed = "replayed";
    public const string Discarded = "discarded";
    private const string WholeRecord = "record";
    private const string EntryExtension = ".json";
    private const long LastMillisecond = 9_999_999_999_999;

    private static readonly Dictionary<string, QuarantineReason> s_reasons = Enum.GetValues<QuarantineReason>()
        .ToDictionary(NameOf);

    /// <summary>Returns the id of a record's line, or of the whole record.</summary>
    public static string IdOf(StreamRecord record, int? ordinal) =>
        $"{Countdown(record.ArrivedAt)}-{record.ShardId}-{record.SequenceNumber}-"
        + (ordinal?.ToString("D6", CultureInfo.InvariantCulture) ?? WholeRecord);

    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>
    /// Returns the prefix of the ids of entries that arrived in this millisecond. It sorts before all older entries.
    /// </summary>
    public static string Countdown(DateTimeOffset arrivedAt) =>
        (
            LastMillisecond
            - Math.Clamp((long)Math.Round((arrivedAt - DateTimeOffset.UnixEpoch).TotalMilliseconds), 0, LastMillisecond)
        ).ToString("D13", CultureInfo.InvariantCulture);

    /// <summary>Returns the reason's name in keys, JSON and metrics, such as <c>invalid_json</c>.</summary>
    public static string NameOf(QuarantineReason reason) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    public static bool TryGetReason(string? name, out QuarantineReason reason) =>
        s_reasons.TryGetValue(name ?? "", out reason);

    public static string EntryKey(string id, QuarantineReason reason) =>
        $"{Prefix}{id}.{NameOf(reason)}{EntryExtension}";

    public static string Key(string id, string part) => $"{Prefix}{id}.{part}";

    /// <summary>
    /// Splits a key into the entry's id and the object's part: the reason for the entry itself, or one of the parts
    /// above.
    /// </summary>
    public static bool TryParse(
        string key,
        [NotNullWhen(true)] out string? id,
        [NotNullWhen(true)] out string? part,
        out QuarantineReason? reason
    )
    {
        (id, part, reason) = (null, null, null);
        var name = key.StartsWith(Prefix, StringComparison.Ordinal) ? key[Prefix.Length..] : "";
        var isEntry = name.EndsWith(EntryExtension, StringComparison.Ordinal);
        if (isEntry)
            name = name[..^EntryExtension.Length];
        var dot = name.LastIndexOf('.');
        if (dot < 0 || !IsId(name[..dot]))
            return false;
        (id, part) = (name[..dot], name[(dot + 1)..]);
        if (isEntry && TryGetReason(part, out var found))
            reason = found;
        return isEntry ? reason is not null : part is Raw or Decision or Replayed or Discarded;
    }

    [GeneratedRegex(@"^[0-9]{13}-[A-Za-z0-9_.-]{1,128}-[0-9]{1,64}-([0-9]{6}|record)\z")]
    private static partial Regex Id();
}
