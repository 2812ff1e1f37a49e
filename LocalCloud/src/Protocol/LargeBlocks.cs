using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace LocalCloud.Protocol;

/// <summary>
/// Gives Kestrel blocks of 32 KiB for what comes and goes. Its own hold 4 KiB, and a receive fills one: a megabyte
/// costs 250 system calls and as many turns of the pipe. An idle connection holds none.
/// </summary>
internal sealed class LargeBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 32 * 1024;
    private const int MostKept = 256;
    private readonly ConcurrentBag<Block> _free = [];

    public override int MaxBufferSize => BlockSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this; // one for all listeners

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryTake(out var block))
            block = new Block(this);
        block.IsRented = true;
        return block;
    }

    protected override void Dispose(bool disposing)
    {
        // Shared; its arrays are the garbage collector's.
    }

    private sealed class Block(LargeBlocks pool) : IMemoryOwner<byte>
    {
        // Pinned: the socket writes into it.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public bool IsRented { get; set; }
        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (!IsRented)
                return;
            IsRented = false;
            if (pool._free.Count < MostKept)
                pool._free.Add(this);
        }
    }
}
