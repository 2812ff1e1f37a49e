using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace LocalCloud.Protocol;

/// <summary>
/// Gives Kestrel blocks of 32 KiB for its pipes. Its own blocks have 4 KiB and each receive fills one, so a megabyte
/// costs 250 system calls. An idle connection uses no block.
/// </summary>
internal sealed class LargeBlockPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int BlockSize = 32 * 1024;
    private const int MaxKept = 256;
    private readonly ConcurrentBag<Block> _free = [];

    public override int MaxBufferSize => BlockSize;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this; // All listeners share it.

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
        // The pool is shared. The garbage collector frees its arrays.
    }

    private sealed class Block(LargeBlockPool pool) : IMemoryOwner<byte>
    {
        // Pinned because the socket writes into it.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public bool IsRented { get; set; }
        public Memory<byte> Memory => _bytes;

        public void Dispose()
        {
            if (!IsRented)
                return;
            IsRented = false;
            if (pool._free.Count < MaxKept)
                pool._free.Add(this);
        }
    }
}
