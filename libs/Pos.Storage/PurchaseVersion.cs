using Pos.Contracts;

namespace Pos.Storage;

/// <summary>One readable line of a stream record: a purchase, or a part of one, as it was posted.</summary>
/// <param name="RecordIndex">The record's place in the batch, from 0.</param>
/// <param name="Record">The record.</param>
/// <param name="Ordinal">The line's place in the record, from 0.</param>
/// <param name="Position">Orders the posts of a purchase: the greater is the newer.</param>
/// <param name="Accepted">What the line says.</param>
/// <param name="Json">The line's bytes, without its end.</param>
internal sealed record PurchaseVersion(
    int RecordIndex,
    StreamRecord Record,
    int Ordinal,
    string Position,
    AcceptedPurchase Accepted,
    ReadOnlyMemory<byte> Json
);
