using Microsoft.Extensions.Options;

namespace Pos.Ingest.Purchases;

/// <summary>
/// Limits the bytes of all concurrent requests. A request takes bytes as it reads its body, and returns them when it
/// completes.
/// </summary>
internal sealed class ByteBudget(IOptions<IngestOptions> options)
{
    private readonly long _capacity = options.Value.MaxBytesWaiting;
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _capacity)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
