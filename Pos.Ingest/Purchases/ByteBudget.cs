using Microsoft.Extensions.Options;

namespace Pos.Ingest.Purchases;

/// <summary>
/// The bytes that requests may hold at a time, all together. A request takes as its body grows and gives back when it
/// is answered.
/// </summary>
internal sealed class ByteBudget(IOptions<IngestOptions> options)
{
    private readonly long _capacity = options.Value.MostBytesWaiting;
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _capacity)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
