using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor;

/// <summary>What a batch of records holds.</summary>
/// <param name="Posts">What is readable, in order.</param>
/// <param name="Rejects">What is not, each with its record's place in the batch.</param>
internal sealed record DecodedBatch(
    IReadOnlyList<PurchaseVersion> Versions,
    IReadOnlyList<(int RecordIndex, QuarantinedBytes Bytes)> Rejects
)
{
    /// <summary>
    /// The same without what has an entry in quarantine: whatever was decided there, a redelivery does not decide it
    /// again.
    /// </summary>
    /// <param name="quarantined">Ids of entries.</param>
    public DecodedBatch Without(IReadOnlySet<string> quarantined) =>
        quarantined.Count == 0
            ? this
            : new(
                [.. Versions.Where(version => !IsIn(quarantined, version.Record, version.Ordinal))],
                [.. Rejects.Where(reject => !IsIn(quarantined, reject.Bytes.Record, reject.Bytes.Ordinal))]
            );

    private static bool IsIn(IReadOnlySet<string> quarantined, StreamRecord record, int? ordinal) =>
        quarantined.Contains(QuarantineKeys.IdOf(record, null))
        || (ordinal is not null && quarantined.Contains(QuarantineKeys.IdOf(record, ordinal)));
}

/// <summary>Takes records apart into posts. Bytes are read once and passed on as they came.</summary>
internal static class RecordDecoder
{
    // What a position can tell apart. A record of line feeds can have more.
    private const int MaxLines = 1_000_000;

    // A record of more unreadable lines is no batch of purchases of which some are bad: it is bad.
    private const int MaxBadLines = 1_000;

    private static readonly PurchaseError s_tooManyLines = new(
        "",
        PurchaseErrorCodes.TooLong,
        $"has more than {MaxBadLines} lines that are no purchases, or more than {MaxLines} lines"
    );
    private static readonly PurchaseError s_noPurchase = new(
        "",
        PurchaseErrorCodes.Empty,
        "has no line that is a purchase"
    );

    private delegate PurchaseReading Read(ReadOnlySpan<byte> line, DateTimeOffset arrivedAt);

    public static DecodedBatch Decode(IReadOnlyList<StreamRecord> batch) =>
        Decode(batch, static (line, _) => PurchaseReader.ReadAccepted(line));

    /// <summary>
    /// The same of a text that a person wrote in a record's place: a purchase that does not say when it was accepted
    /// was so when the record arrived.
    /// </summary>
    public static DecodedBatch DecodeMended(StreamRecord record) => Decode([record], PurchaseReader.ReadCorrected);

    private static DecodedBatch Decode(IReadOnlyList<StreamRecord> batch, Read read)
    {
        var posts = new List<PurchaseVersion>();
        var rejects = new List<(int, QuarantinedBytes)>();
        for (var index = 0; index < batch.Count; index++)
        {
            var (goodBefore, badBefore) = (posts.Count, rejects.Count);
            var isCountable = Decode(index, batch[index], read, posts, rejects);
            var (good, bad) = (posts.Count - goodBefore, rejects.Count - badBefore);
            if (isCountable && (good > 0 || bad == 1))
                continue;

            // A foreign record, such as a compressed one, is one thing and not as many as it happens to have line
            // feeds.
            var first = bad == 0 ? null : rejects[badBefore].Item2;
            posts.RemoveRange(goodBefore, good);
            rejects.RemoveRange(badBefore, bad);
            var reason = first?.Reason
                ?? (isCountable ? QuarantineReason.EmptyRecord : QuarantineReason.InvalidPurchase);
            var errors = first is null ? [] : first.Errors.Select(error => InLine(error, first.Ordinal!.Value));
            rejects.Add(
                (
                    index,
                    new(reason, batch[index], Ordinal: null, batch[index].Data)
                    {
                        Errors = [isCountable ? s_noPurchase : s_tooManyLines, .. errors],
                    }
                )
            );
        }
        return new(posts, rejects);
    }

    /// <summary>The error with the line's place, from 0, in its path: <c>[2].lines[0].quantity</c>.</summary>
    public static PurchaseError InLine(PurchaseError error, int ordinal) =>
        error with
        {
            Field = error.Field is "" ? $"[{ordinal}]" : $"[{ordinal}].{error.Field}",
        };

    /// <summary>
    /// False for a record of more lines, or more unreadable ones, than a record of purchases can have.
    /// </summary>
    private static bool Decode(
        int index,
        StreamRecord record,
        Read read,
        List<PurchaseVersion> posts,
        List<(int, QuarantinedBytes)> rejects
    )
    {
        var mostRejects = rejects.Count + MaxBadLines;
        foreach (var line in NdjsonReader.Split(record.Data))
        {
            if (line.Number > MaxLines || rejects.Count > mostRejects)
                return false;
            var ordinal = (int)(line.Number - 1);
            var reading = read(line.Utf8.Span, record.ArrivedAt);
            if (reading.Accepted is { } accepted)
                posts.Add(
                    new(index, record, ordinal, Position.Create(record.SequenceNumber, ordinal), accepted, line.Utf8)
                );
            else
                rejects.Add(
                    (
                        index,
                        new(Reason(reading.Errors), record, ordinal, line.Utf8)
                        {
                            PurchaseId = reading.PurchaseId,
                            Errors = reading.Errors,
                        }
                    )
                );
        }
        return rejects.Count <= mostRejects;
    }

    private static QuarantineReason Reason(IReadOnlyList<PurchaseError> errors)
    {
        var codes = errors.Select(error => error.Code).ToHashSet();
        return codes.Contains(PurchaseErrorCodes.InvalidUtf8) ? QuarantineReason.InvalidUtf8
            : codes.Contains(PurchaseErrorCodes.InvalidJson) ? QuarantineReason.InvalidJson
            : codes.Contains(PurchaseErrorCodes.UnknownField) ? QuarantineReason.UnknownSchema
            : QuarantineReason.InvalidPurchase;
    }
}
