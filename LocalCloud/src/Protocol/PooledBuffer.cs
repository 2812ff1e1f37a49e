using System.Buffers;

namespace LocalCloud.Protocol;

/// <summary>A growing, contiguous byte buffer on pooled arrays. Dispose returns its array.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = [];
    private int _written;

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    public Span<byte> WrittenSpan => _array.AsSpan(0, _written);

    public void Clear() => _written = 0;

    /// <summary>Keeps only the first bytes.</summary>
    public void Truncate(int length) => _written = Math.Min(_written, length);

    public void Advance(int count) => _written += count;

    /// <summary>Grows the buffer to fit that many more bytes without copying again.</summary>
    public void Reserve(int free)
    {
        if (_array.Length - _written >= free)
            return;
        var larger = LargeArrays.Rent(Math.Max(_array.Length * 2, _written + free));
        _array.AsSpan(0, _written).CopyTo(larger);
        LargeArrays.Return(_array);
        _array = larger;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        LargeArrays.Return(_array);
        (_array, _written) = ([], 0);
    }
}
