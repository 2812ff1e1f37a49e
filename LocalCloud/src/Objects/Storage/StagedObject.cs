using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using LocalCloud.Protocol;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Content that is being written: in memory while it is small, then in an unreferenced data file. Disposing it without
/// a commit deletes it.
/// </summary>
internal sealed class StagedObject : IDisposable
{
    /// <summary>AWS's size limit for a single put and for a part.</summary>
    public const long MaxContentBytes = 5L * 1024 * 1024 * 1024;
    private const int BufferSize = 4 * DataFiles.BlockSize;

    private readonly ObjectStore _store;
    private SafeFileHandle? _file;
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly List<uint> _blockSums = [];
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private UInt128? _contentMd5;
    private bool _isReferenced;

    public StagedObject(ObjectStore store) => _store = store;

    /// <summary>The object's own data file, if it was sealed into one.</summary>
    public long FileId { get; private set; }

    /// <summary>The content for a pack, if it was sealed for one.</summary>
    public PackedContent? Packed { get; private set; }

    /// <summary>Size of the content so far, in bytes.</summary>
    public long Length { get; private set; }

    /// <exception cref="AwsException">EntityTooLarge beyond <see cref="MaxContentBytes"/>.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Length + content.Length > MaxContentBytes)
            throw S3Errors.EntityTooLarge();
        if (content.Length > BufferSize - _buffered)
            WriteThroughBuffer(content.Span);
        else
            Append(content.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the content and returns its MD5.</summary>
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

    /// <summary>Seals small content for a pack, and larger content like <see cref="SealAsync"/>.</summary>
    public Task SealForPackAsync(ObjectAttributes attributes)
    {
        EndContent();
        var footer = DataFiles.Footer(_blockSums, attributes);
        if (Length > Pack.MaxContentBytes || footer.Length > _buffer.Length - _buffered)
            return SealAsync(footer);
        footer.CopyTo(_buffer, _buffered);
        Packed = new PackedContent(_buffer.AsMemory(0, _buffered + footer.Length));
        return Task.CompletedTask;
    }

    /// <summary>
    /// Writes the rest of the content and the attributes to a data file. Flushes it and its folder entry.
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

    /// <summary>Keeps the file on disposal, because an entry may reference it.</summary>
    public void MarkReferenced() => _isReferenced = true;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _md5.Dispose();
        if (_file is null)
            return;
        _file.Dispose();
        if (!_isReferenced)
            _store.Files.Delete(FileId);
    }

    private void WriteThroughBuffer(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var fits = Math.Min(content.Length, BufferSize - _buffered);
            Append(content[..fits]);
            content = content[fits..];
            if (_buffered < BufferSize)
                continue;
            // This write goes to the page cache, which costs less than switching to another thread.
            HashBuffer();
            RandomAccess.Write(OpenFile(), _buffer.AsSpan(0, _buffered), Length - _buffered);
            _buffered = 0;
        }
    }

    private void Append(ReadOnlySpan<byte> content)
    {
        content.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += content.Length;
        Length += content.Length;
    }

    /// <summary>
    /// Hashes the whole buffer. It starts at a block, and ends at one unless it is the content's end.
    /// </summary>
    private void HashBuffer()
    {
        var content = _buffer.AsSpan(0, _buffered);
        _md5.AppendData(content);
        for (; !content.IsEmpty; content = content[Math.Min(DataFiles.BlockSize, content.Length)..])
            _blockSums.Add(Crc32.HashToUInt32(content[..Math.Min(DataFiles.BlockSize, content.Length)]));
    }
}
