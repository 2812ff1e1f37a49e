using System.Buffers;
using System.IO.Hashing;

namespace LocalCloud.Protocol;

/// <summary>
/// A byte buffer that grows by segments. Growing copies nothing, and segments are small enough to be pooled.
/// </summary>
internal sealed class SegmentedBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SegmentBytes = 64 * 1024;
    private readonly List<(byte[] Array, int Written)> _full = [];
    private byte[] _last = [];
    private int _written;

    public long Length => _full.Sum(segment => (long)segment.Written) + _written;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        sizeHint = Math.Max(sizeHint, 1);
        if (_last.Length - _written < sizeHint)
        {
            if (_last.Length > 0)
                _full.Add((_last, _written));
            // The first segment is small, because most responses are.
            (_last, _written) = (LargeArrays.Rent(Math.Max(sizeHint, _full.Count == 0 ? 4096 : SegmentBytes)), 0);
        }
        return _last.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Returns the CRC-32 of the content.</summary>
    public uint Crc32()
    {
        if (_full.Count == 0)
            return System.IO.Hashing.Crc32.HashToUInt32(_last.AsSpan(0, _written));
        var crc = new Crc32();
        foreach (var (array, written) in _full)
            crc.Append(array.AsSpan(0, written));
        crc.Append(_last.AsSpan(0, _written));
        return crc.GetCurrentHashAsUInt32();
    }

    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        foreach (var (array, written) in _full)
            await destination.WriteAsync(array.AsMemory(0, written), cancellationToken);
        await destination.WriteAsync(_last.AsMemory(0, _written), cancellationToken);
    }

    public void Dispose()
    {
        foreach (var (array, _) in _full)
            LargeArrays.Return(array);
        LargeArrays.Return(_last);
        _full.Clear();
        (_last, _written) = ([], 0);
    }
}
