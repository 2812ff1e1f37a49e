using System.Buffers;
using System.Text;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>What bytes would bring if they were replayed in an entry's place.</summary>
/// <param name="Utf8">The bytes as the stream would carry them: of a proposed text, each purchase on a line of its
/// own.</param>
/// <param name="Decoded">What they hold.</param>
/// <param name="Errors">Why they cannot be replayed; empty when they can.</param>
internal sealed record ReplayText(ReadOnlyMemory<byte> Utf8, DecodedBatch Decoded, IReadOnlyList<PurchaseError> Errors)
{
    private static readonly DecodedBatch s_nothing = new([], []);

    /// <summary>
    /// The entry's own bytes. Of a record that was given up, what is readable is replayed, and what is not becomes
    /// entries of its own.
    /// </summary>
    public static ReplayText Unchanged(QuarantineEntry entry, ReadOnlyMemory<byte> raw)
    {
        if (entry.Ordinal is { } ordinal)
            return OfLine(entry, ordinal, raw);
        var decoded = RecordDecoder.Decode([entry.RecordWith(raw)]);
        return new(raw, decoded, decoded.Versions is [] ? AllErrors(decoded) : []);
    }

    /// <summary>A text that is to replace the bytes: a purchase, however it is laid out; for a whole record also
    /// several, each on a line of its own. All of it must be valid. A purchase without <c>ingested_at</c>, which nobody
    /// at a till knows, was accepted when the record arrived in the stream.</summary>
    public static ReplayText Proposed(QuarantineEntry entry, string proposed)
    {
        ReadOnlyMemory<byte> text = Encoding.UTF8.GetBytes(proposed);
        var whole = PurchaseReader.ReadCorrected(text.Span, entry.ArrivedAt);
        if (whole.Accepted is { } accepted)
            text = Written([accepted]);
        if (entry.Ordinal is { } ordinal)
            return whole.Accepted is null
                ? new(text, s_nothing, whole.Errors)
                : OfLine(entry, ordinal, text.TrimEnd((byte)'\n'));

        var decoded = RecordDecoder.DecodeMended(entry.RecordWith(text));
        if (decoded.Rejects is not [])
        {
            var isOnePurchase = whole.Errors.All(error => error.Code is not PurchaseErrorCodes.InvalidJson);
            return new(text, s_nothing, isOnePurchase ? whole.Errors : AllErrors(decoded));
        }
        text = Written(decoded.Versions.Select(post => post.Accepted));
        return new(text, RecordDecoder.Decode([entry.RecordWith(text)]), []);
    }

    private static ReplayText OfLine(QuarantineEntry entry, int ordinal, ReadOnlyMemory<byte> line)
    {
        var reading = PurchaseReader.ReadAccepted(line.Span);
        return reading.Accepted is { } accepted
            ? new(
                line,
                new(
                    [
                        new(
                            0,
                            entry.RecordWith(line),
                            ordinal,
                            Position.Create(entry.SequenceNumber, ordinal),
                            accepted,
                            line
                        ),
                    ],
                    []
                ),
                []
            )
            : new(line, s_nothing, reading.Errors);
    }

    private static ReadOnlyMemory<byte> Written(IEnumerable<AcceptedPurchase> purchases)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var purchase in purchases)
            PurchaseWriter.WriteAccepted(text, purchase);
        return text.WrittenMemory;
    }

    private static PurchaseError[] AllErrors(DecodedBatch decoded) =>
        [
            .. decoded
                .Rejects.SelectMany(reject =>
                    reject.Bytes.Errors.Select(error =>
                        reject.Bytes.Ordinal is { } ordinal ? RecordDecoder.InLine(error, ordinal) : error
                    )
                )
                .Take(PurchaseLimits.MaxErrors),
        ];
}
