using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>A quarantine entry as far as the keys of its objects describe it.</summary>
internal sealed class ListedEntry(string id)
{
    public string Id => id;

    /// <summary>Null until the entry's own object is found; its raw bytes are written before it.</summary>
    public QuarantineReason? Reason { get; private set; }

    public bool IsWritten => Reason is not null;

    public bool HasDecision { get; private set; }

    /// <summary>Also open if a discard was interrupted; then the decision must be read.</summary>
    public QuarantineState Closed { get; private set; }

    public void Add(string part, QuarantineReason? reason)
    {
        // Two owners of a shard may write the same entry for two reasons. The reason that is first by name counts.
        Reason ??= reason;
        HasDecision |= part is QuarantineKeys.Decision;
        Closed = part switch
        {
            QuarantineKeys.Replayed => QuarantineState.Replayed,
            QuarantineKeys.Discarded => QuarantineState.Discarded,
            _ => Closed,
        };
    }
}

/// <summary>A quarantine entry with its decision.</summary>
/// <param name="Entry">The description stored beside the raw bytes.</param>
/// <param name="Decision">Null if there is none yet.</param>
/// <param name="IsReplayed">True if its retry has finished.</param>
internal sealed record StoredEntry(string Id, QuarantineEntry Entry, QuarantineDecision? Decision, bool IsReplayed)
{
    public QuarantineState State =>
        IsReplayed ? QuarantineState.Replayed
        : Decision?.Action is QuarantineAction.Discard ? QuarantineState.Discarded
        : QuarantineState.Open;
}
