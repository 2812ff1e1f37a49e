using Pos.LocalCloud.Tables.Storage;

namespace Pos.LocalCloud.Tables.Operations;

/// <summary>Waits for everything that was applied before: what reads of many keys have seen, or have not.</summary>
internal sealed class ReadBarrier(IItemStore store)
{
    public ValueTask WaitAsync() => store.CommitAsync(new ItemBatch());
}
