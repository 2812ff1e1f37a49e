using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pos.Contracts.Processor;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>Creates the API's views of stored entries.</summary>
internal static class QuarantineViews
{
    public static QuarantineSummary Summary(StoredEntry stored) =>
        new()
        {
            Id = stored.Id,
            Reason = QuarantineKeys.NameOf(stored.Entry.Reason),
            State = NameOf(stored.State),
            ReplayBegun = stored is { State: QuarantineState.Open, Decision: not null },
            PurchaseId = stored.Entry.PurchaseId,
            ShardId = stored.Entry.ShardId,
            SequenceNumber = stored.Entry.SequenceNumber,
            Ordinal = stored.Entry.Ordinal,
            ArrivedAt = stored.Entry.ArrivedAt,
            QuarantinedAt = stored.Entry.QuarantinedAt,
            RawBytes = stored.Entry.RawBytes,
            Errors = stored.Entry.Errors.Count,
            FirstError = stored.Entry.Errors is [var first, ..] ? first : null,
        };

    public static QuarantineView View(StoredEntry stored, byte[] raw)
    {
        var isText = Utf8.IsValid(raw);
        return new(
            Summary(stored),
            stored.Entry.Errors,
            isText ? Encoding.UTF8.GetString(raw) : null,
            isText ? null : Convert.ToBase64String(raw),
            isText ? null : FirstInvalid(raw),
            stored.Decision?.Text is { } text ? Encoding.UTF8.GetString(text) : null,
            stored.Decision?.Note,
            stored.Decision?.DecidedAt
        );
    }

    /// <summary>Returns the JSON name of a state or outcome, such as <c>no_room</c>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static int FirstInvalid(byte[] raw)
    {
        var text = new char[raw.Length];
        Utf8.ToUtf16(raw, text, out var valid, out _, replaceInvalidSequences: false);
        return valid;
    }
}
