using System.Diagnostics;

namespace Pos.Ingest.Stream;

/// <summary>A valid purchase to append to the stream.</summary>
/// <param name="PurchaseId">Determines the shard. Purchases with the same id stay in order.</param>
/// <param name="Json">One line of a stream record, with its line feed.</param>
internal readonly record struct StreamPurchase(string PurchaseId, ReadOnlyMemory<byte> Json);

/// <summary>A request that completes when each of its purchases is acknowledged or has failed.</summary>
/// <param name="count">Number of purchases.</param>
/// <param name="deadline">Time after which unacknowledged purchases fail.</param>
internal sealed class PendingRequest(int count, TimeSpan deadline)
{
    // Run continuations on the request's own thread, not in the loop that completes it.
    private readonly TaskCompletionSource<bool[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool[] _acknowledged = new bool[count];
    private int _open = count;

    public TimeSpan Deadline { get; } = deadline;

    /// <summary>Trace context of the request; the default value if it has none.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>Returns, for each purchase, true if the stream acknowledged it.</summary>
    public Task<bool[]> Completion => _completion.Task;

    public void Complete(int index, bool acknowledged)
    {
        _acknowledged[index] = acknowledged;
        if (--_open == 0)
            _completion.SetResult(_acknowledged);
    }
}

/// <summary>One purchase of a <see cref="PendingRequest"/>.</summary>
internal sealed record PendingPurchase(
    PendingRequest Request,
    int Index,
    string PurchaseId,
    UInt128 HashKey,
    ReadOnlyMemory<byte> Json
)
{
    public void Complete(bool acknowledged) => Request.Complete(Index, acknowledged);
}
