using Pos.Contracts;

namespace Pos.Storage;

/// <summary>One version of a purchase in the stream: a valid line of a stream record.</summary>
/// <param name="RecordIndex">The record's index in the batch, from 0.</param>
/// <param name="Record">The record.</param>
/// <param name="Ordinal">The line's index in the record, from 0.</param>
/// <param name="Position">Orders the versions of a purchase: the greatest is the newest.</param>
/// <param name="Accepted">The purchase in the line.</param>
/// <param name="Json">The line's bytes, without its line end.</param>
internal sealed record PurchaseVersion(
    int RecordIndex,
    StreamRecord Record,
    int Ordinal,
    string Position,
    AcceptedPurchase Accepted,
    ReadOnlyMemory<byte> Json
);
