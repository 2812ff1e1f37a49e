using System.Diagnostics;

namespace Pos.Ingest.Stream;

/// <summary>An accepted purchase on its way to the stream.</summary>
/// <param name="PurchaseId">Decides the shard, and is what order is kept by.</param>
/// <param name="Json">One line of a stream record, with its line end.</param>
internal readonly record struct StreamPurchase(string PurchaseId, ReadOnlyMemory<byte> Json);

/// <summary>The purchases of one request, which is answered when each is settled.</summary>
/// <param name="count">How many purchases.</param>
/// <param name="deadline">When those not acknowledged are given up.</param>
internal sealed class PendingPost(int count, TimeSpan deadline)
{
    // Continuations belong to the request, not to the thread that settles it.
    private readonly TaskCompletionSource<bool[]> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool[] _acknowledged = new bool[count];
    private int _open = count;

    public TimeSpan Deadline { get; } = deadline;

    /// <summary>Trace of the request; the default when there is none.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>For each purchase whether the stream has acknowledged it.</summary>
    public Task<bool[]> Settled => _settled.Task;

    public void Settle(int index, bool acknowledged)
    {
        _acknowledged[index] = acknowledged;
        if (--_open == 0)
            _settled.SetResult(_acknowledged);
    }
}

/// <summary>One purchase of a <see cref="PendingPost"/>.</summary>
internal sealed record PendingPurchase(
    PendingPost Post,
    int Index,
    string PurchaseId,
    UInt128 HashKey,
    ReadOnlyMemory<byte> Json
)
{
    public void Settle(bool acknowledged) => Post.Settle(Index, acknowledged);
}
