using System.Buffers;
using System.Text;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>The bytes of a retry, decoded and validated.</summary>
/// <param name="Utf8">The bytes as the stream would contain them; a proposed text with one purchase a line.</param>
/// <param name="Decoded">The decoded bytes.</param>
/// <param name="Errors">Reasons why they cannot be retried; empty if they can.</param>
internal sealed record RetryText(ReadOnlyMemory<byte> Utf8, DecodedBatch Decoded, IReadOnlyList<PurchaseError> Errors)
{
    private static readonly DecodedBatch s_nothing = new([], []);

    /// <summary>
    /// Creates a retry of the entry's own bytes. Valid lines of a discarded record are retried, and invalid lines
    /// become separate entries.
    /// </summary>
    public static RetryText FromBytes(QuarantineEntry entry, ReadOnlyMemory<byte> raw)
    {
        if (entry.Ordinal is { } ordinal)
            return FromLine(entry, ordinal, raw);
        var decoded = RecordDecoder.Decode([entry.RecordWith(raw)]);
        return new(raw, decoded, decoded.Versions is [] ? AllErrors(decoded) : []);
    }

    /// <summary>
    /// Creates a retry of a text that replaces the bytes: one purchase, formatted in any way, or, for a whole record,
    /// one or more purchases, one a line. All of it must be valid. A purchase without <c>ingested_at</c> gets the
    /// record's arrival time.
    /// </summary>
    public static RetryText FromText(QuarantineEntry entry, string proposed)
    {
        ReadOnlyMemory<byte> text = Encoding.UTF8.GetBytes(proposed);
        var whole = PurchaseReader.ReadCorrected(text.Span, entry.ArrivedAt);
        if (whole.Accepted is { } accepted)
            text = Serialize([accepted]);
        if (entry.Ordinal is { } ordinal)
            return whole.Accepted is null
                ? new(text, s_nothing, whole.Errors)
                : FromLine(entry, ordinal, text.TrimEnd((byte)'\n'));

        var decoded = RecordDecoder.DecodeCorrected(entry.RecordWith(text));
        if (decoded.Rejects is not [])
        {
            var isOnePurchase = whole.Errors.All(error => error.Code is not PurchaseErrorCodes.InvalidJson);
            return new(text, s_nothing, isOnePurchase ? whole.Errors : AllErrors(decoded));
        }
        text = Serialize(decoded.Versions.Select(version => version.Accepted));
        return new(text, RecordDecoder.Decode([entry.RecordWith(text)]), []);
    }

    private static RetryText FromLine(QuarantineEntry entry, int ordinal, ReadOnlyMemory<byte> line)
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

    private static ReadOnlyMemory<byte> Serialize(IEnumerable<AcceptedPurchase> purchases)
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
