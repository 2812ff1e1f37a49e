using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor;

/// <summary>The valid and the invalid lines of a batch of records.</summary>
/// <param name="Versions">Valid purchases, in the order of the batch.</param>
/// <param name="Rejects">Invalid bytes, each with the index of its record in the batch.</param>
internal sealed record DecodedBatch(
    IReadOnlyList<PurchaseVersion> Versions,
    IReadOnlyList<(int RecordIndex, QuarantinedBytes Bytes)> Rejects
)
{
    /// <summary>
    /// Returns the batch without everything that has a quarantine entry, open or closed. A redelivery must not process
    /// it again.
    /// </summary>
    /// <param name="quarantined">Ids of quarantine entries.</param>
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

/// <summary>Decodes records into purchase versions. Reads the bytes once and passes them on unchanged.</summary>
internal static class RecordDecoder
{
    // Positions number up to a million lines of a record. A record of line feeds can have more.
    private const int MaxLines = 1_000_000;

    // A record with more invalid lines becomes one quarantine entry, not one for each line.
    private const int MaxBadLines = 1_000;

    private static readonly PurchaseError s_tooManyLines = new(
        "",
        PurchaseErrorCodes.TooLong,
        $"has more than {MaxBadLines} invalid lines, or more than {MaxLines} lines"
    );
    private static readonly PurchaseError s_noPurchase = new("", PurchaseErrorCodes.Empty, "has no valid purchase");

    private delegate PurchaseReading Read(ReadOnlySpan<byte> line, DateTimeOffset arrivedAt);

    public static DecodedBatch Decode(IReadOnlyList<StreamRecord> batch) =>
        Decode(batch, static (line, _) => PurchaseReader.ReadAccepted(line));

    /// <summary>
    /// Decodes a text that a person wrote to replace a record. A purchase without <c>ingested_at</c> gets the record's
    /// arrival time.
    /// </summary>
    public static DecodedBatch DecodeCorrected(StreamRecord record) => Decode([record], PurchaseReader.ReadCorrected);

    private static DecodedBatch Decode(IReadOnlyList<StreamRecord> batch, Read read)
    {
        var versions = new List<PurchaseVersion>();
        var rejects = new List<(int, QuarantinedBytes)>();
        for (var index = 0; index < batch.Count; index++)
        {
            var (goodBefore, badBefore) = (versions.Count, rejects.Count);
            var isWithinLimits = Decode(index, batch[index], read, versions, rejects);
            var (good, bad) = (versions.Count - goodBefore, rejects.Count - badBefore);
            if (isWithinLimits && (good > 0 || bad == 1))
                continue;

            // Reject a foreign record, such as a compressed one, as one entry, however many line feeds it contains.
            var first = bad == 0 ? null : rejects[badBefore].Item2;
            versions.RemoveRange(goodBefore, good);
            rejects.RemoveRange(badBefore, bad);
            var reason = first?.Reason
                ?? (isWithinLimits ? QuarantineReason.EmptyRecord : QuarantineReason.InvalidPurchase);
            var errors = first is null ? [] : first.Errors.Select(error => InLine(error, first.Ordinal!.Value));
            rejects.Add(
                (
                    index,
                    new(reason, batch[index], Ordinal: null, batch[index].Data)
                    {
                        Errors = [isWithinLimits ? s_noPurchase : s_tooManyLines, .. errors],
                    }
                )
            );
        }
        return new(versions, rejects);
    }

    /// <summary>
    /// Prefixes the error's path with the line's index in the record, from 0: <c>[2].lines[0].quantity</c>.
    /// </summary>
    public static PurchaseError InLine(PurchaseError error, int ordinal) =>
        error with
        {
            Field = error.Field is "" ? $"[{ordinal}]" : $"[{ordinal}].{error.Field}",
        };

    /// <summary>
    /// Decodes one record. Returns false if it has more than <see cref="MaxLines"/> lines or more than
    /// <see cref="MaxBadLines"/> invalid ones.
    /// </summary>
    private static bool Decode(
        int index,
        StreamRecord record,
        Read read,
        List<PurchaseVersion> versions,
        List<(int, QuarantinedBytes)> rejects
    )
    {
        var maxRejects = rejects.Count + MaxBadLines;
        foreach (var line in NdjsonReader.Split(record.Data))
        {
            if (line.Number > MaxLines || rejects.Count > maxRejects)
                return false;
            var ordinal = (int)(line.Number - 1);
            var reading = read(line.Utf8.Span, record.ArrivedAt);
            if (reading.Accepted is { } accepted)
                versions.Add(
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
        return rejects.Count <= maxRejects;
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
