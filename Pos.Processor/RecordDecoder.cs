using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Purchases;

namespace Pos.Processor;

/// <summary>What a batch of records holds.</summary>
/// <param name="Posts">What is readable, in order.</param>
/// <param name="Rejects">What is not, each with its record's place in the batch.</param>
internal sealed record DecodedBatch(IReadOnlyList<Post> Posts, IReadOnlyList<(int RecordIndex, QuarantinedBytes Bytes)> Rejects);

/// <summary>Takes records apart into posts. Bytes are read once and passed on as they came.</summary>
internal static class RecordDecoder
{
    // What a position can tell apart. A record of line feeds can have more.
    private const int MaximumLines = 1_000_000;
    private static readonly PurchaseError s_beyondLastLine = new("", PurchaseErrorCodes.OutOfRange, $"is beyond line {MaximumLines} of its record");

    public static DecodedBatch Decode(IReadOnlyList<StreamRecord> batch)
    {
        var posts = new List<Post>();
        var rejects = new List<(int, QuarantinedBytes)>();
        for (var index = 0; index < batch.Count; index++)
        {
            var (goodBefore, badBefore) = (posts.Count, rejects.Count);
            Decode(index, batch[index], posts, rejects);
            var isUnreadable = posts.Count == goodBefore && rejects.Count != badBefore + 1;
            if (isUnreadable)
            {
                // A foreign record, such as a compressed one, is one thing and not as many as it happens to have line feeds.
                var reason = rejects.Count == badBefore ? QuarantineReason.EmptyRecord : rejects[badBefore].Item2.Reason;
                rejects.RemoveRange(badBefore, rejects.Count - badBefore);
                rejects.Add((index, new(reason, batch[index], Ordinal: null, batch[index].Data)));
            }
        }
        return new(posts, rejects);
    }

    private static void Decode(int index, StreamRecord record, List<Post> posts, List<(int, QuarantinedBytes)> rejects)
    {
        foreach (var line in NdjsonReader.Split(record.Data))
        {
            var ordinal = (int)(line.Number - 1);
            if (ordinal >= MaximumLines)
            {
                rejects.Add((index, new(QuarantineReason.InvalidPurchase, record, ordinal, line.Utf8) { Errors = [s_beyondLastLine] }));
                continue;
            }
            var reading = PurchaseReader.ReadAccepted(line.Utf8.Span);
            if (reading.Accepted is { } accepted)
                posts.Add(new(index, record, ordinal, Position.Of(record.SequenceNumber, ordinal), accepted, line.Utf8));
            else
                rejects.Add((index, new(Reason(reading.Errors), record, ordinal, line.Utf8) { PurchaseId = reading.PurchaseId, Errors = reading.Errors }));
        }
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
