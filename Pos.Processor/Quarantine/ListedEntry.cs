using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>What the keys of an entry's objects say of it.</summary>
internal sealed class ListedEntry(string id)
{
    public string Id => id;

    /// <summary>Null until the entry is written; only then it is there.</summary>
    public QuarantineReason? Reason { get; private set; }

    public bool IsThere => Reason is not null;

    public bool HasDecision { get; private set; }

    /// <summary>Open also where a discarding was interrupted: then the decision tells.</summary>
    public QuarantineState Closed { get; private set; }

    public void Add(string part, QuarantineReason? reason)
    {
        // One entry may be written for two reasons at once by two owners of a shard. The first by name stands for both.
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

/// <summary>An entry with what was decided on it.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Entry">What is kept beside the raw bytes.</param>
/// <param name="Decision">Null while nothing is decided.</param>
/// <param name="IsReplayed">Whether a decision to replay it was carried out.</param>
internal sealed record StoredEntry(string Id, QuarantineEntry Entry, QuarantineDecision? Decision, bool IsReplayed)
{
    public QuarantineState State =>
        IsReplayed ? QuarantineState.Replayed
        : Decision?.Action is QuarantineAction.Discard ? QuarantineState.Discarded
        : QuarantineState.Open;
}
