using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using LocalCloud.Protocol;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Content on its way to disk: in memory while it is small, then in a data file that nothing names yet. Disposed
/// without a commit, it is gone.
/// </summary>
internal sealed class StagedObject : IDisposable
{
    /// <summary>AWS's limit of a single put and of a part.</summary>
    public const long LargestContent = 5L * 1024 * 1024 * 1024;
    private const int BufferSize = 4 * DataFiles.BlockSize;

    private readonly ObjectStore _store;
    private SafeFileHandle? _file;
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly List<uint> _blockSums = [];
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private UInt128? _contentMd5;
    private bool _named;

    public StagedObject(ObjectStore store) => _store = store;

    /// <summary>The data file, once sealed into one of its own.</summary>
    public long FileId { get; private set; }

    /// <summary>Once sealed to go into a pack.</summary>
    public PackedContent? Packed { get; private set; }

    /// <summary>Bytes of content so far.</summary>
    public long Length { get; private set; }

    /// <exception cref="AwsException">EntityTooLarge beyond <see cref="LargestContent"/>.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Length + content.Length > LargestContent)
            throw S3Errors.EntityTooLarge();
        if (content.Length > BufferSize - _buffered)
            WriteLong(content.Span);
        else
            Take(content.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the content.</summary>
    /// <returns>The MD5 of all of it.</returns>
    public UInt128 EndContent()
    {
        if (_contentMd5 is { } known)
            return known;
        HashBuffer();
        Span<byte> md5 = stackalloc byte[16];
        _md5.GetHashAndReset(md5);
        _contentMd5 = BinaryPrimitives.ReadUInt128BigEndian(md5);
        return _contentMd5.Value;
    }

    /// <summary>Makes what is small ready for a pack, and anything else as <see cref="SealAsync"/> does.</summary>
    public Task SealForPackAsync(ObjectAttributes attributes)
    {
        EndContent();
        var footer = DataFiles.Footer(_blockSums, attributes);
        if (Length > Pack.LargestContent || footer.Length > _buffer.Length - _buffered)
            return SealAsync(footer);
        footer.CopyTo(_buffer, _buffered);
        Packed = new PackedContent(_buffer.AsMemory(0, _buffered + footer.Length));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Writes the rest of the content and the attributes into a data file, and flushes it and its name.
    /// </summary>
    public Task SealAsync(ObjectAttributes attributes)
    {
        EndContent();
        return SealAsync(DataFiles.Footer(_blockSums, attributes));
    }

    private Task SealAsync(byte[] footer)
    {
        var file = OpenFile();
        if (footer.Length <= _buffer.Length - _buffered)
        {
            footer.CopyTo(_buffer, _buffered);
            RandomAccess.Write(file, _buffer.AsSpan(0, _buffered + footer.Length), Length - _buffered);
        }
        else
        {
            RandomAccess.Write(file, _buffer.AsSpan(0, _buffered), Length - _buffered);
            RandomAccess.Write(file, footer, Length);
        }
        _buffered = 0;
        return _store.FlushAsync(file, FileId);
    }

    private SafeFileHandle OpenFile()
    {
        if (_file is null)
            (FileId, _file) = _store.Files.Create();
        return _file;
    }

    /// <summary>Called by the store when an entry names the file.</summary>
    public void Keep() => _named = true;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _md5.Dispose();
        if (_file is null)
            return;
        _file.Dispose();
        if (!_named)
            _store.Files.Delete(FileId);
    }

    private void WriteLong(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var fits = Math.Min(content.Length, BufferSize - _buffered);
            Take(content[..fits]);
            content = content[fits..];
            if (_buffered < BufferSize)
                continue;
            // Into the page cache, where it costs less than the way through another thread.
            HashBuffer();
            RandomAccess.Write(OpenFile(), _buffer.AsSpan(0, _buffered), Length - _buffered);
            _buffered = 0;
        }
    }

    private void Take(ReadOnlySpan<byte> content)
    {
        content.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += content.Length;
        Length += content.Length;
    }

    /// <summary>All of the buffer at once: it begins with a block, and ends with one unless the content ends.</summary>
    private void HashBuffer()
    {
        var content = _buffer.AsSpan(0, _buffered);
        _md5.AppendData(content);
        for (; !content.IsEmpty; content = content[Math.Min(DataFiles.BlockSize, content.Length)..])
            _blockSums.Add(Crc32.HashToUInt32(content[..Math.Min(DataFiles.BlockSize, content.Length)]));
    }
}
