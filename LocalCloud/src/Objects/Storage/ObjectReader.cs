using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Reads one version of an object, to its end even if it is replaced or deleted meanwhile. Returns only bytes that
/// match their checksum.
/// </summary>
internal sealed class ObjectReader : IDisposable
{
    private const int ChunkSize = 2 * DataFiles.BlockSize;
    private readonly string _bucket;
    private readonly List<OpenExtent> _extents;
    private readonly SafeFileHandle _own;

    private ObjectReader(
        string bucket,
        ObjectEntry entry,
        ObjectAttributes attributes,
        SafeFileHandle own,
        List<OpenExtent> extents
    ) => (_bucket, Entry, Attributes, _own, _extents) = (bucket, entry, attributes, own, extents);

    public ObjectEntry Entry { get; }
    public ObjectAttributes Attributes { get; }

    /// <exception cref="FileNotFoundException">The version was deleted before it could be opened.</exception>
    /// <exception cref="InvalidDataException">The file with its attributes is damaged.</exception>
    public static ObjectReader Open(string bucket, ObjectEntry entry, DataFiles files)
    {
        var opened = new List<SafeFileHandle>();
        try
        {
            var own = files.Open(entry.FileId);
            opened.Add(own);
            var attributes = entry.IsPacked
                ? DataFiles.ReadAttributes(own, entry.FileId, entry.Offset, entry.PackedBytes)
                : DataFiles.ReadAttributes(own, entry.FileId);
            var extents = new List<OpenExtent>(Math.Max(attributes.Extents.Count, 1));
            if (attributes.Extents.Count == 0)
                extents.Add(new OpenExtent(own, entry.FileId, entry.Offset, entry.Size));
            foreach (var extent in attributes.Extents)
            {
                opened.Add(files.Open(extent.FileId));
                extents.Add(new OpenExtent(opened[^1], extent.FileId, 0, extent.Length));
            }
            return new ObjectReader(bucket, entry, attributes, own, extents);
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Reads the content from <paramref name="offset"/> on in chunks. Each is valid until the next one is requested.
    /// </summary>
    /// <exception cref="InvalidDataException">A block is damaged. The message has its file and offset. No part of the
    /// block was returned.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        long offset,
        long length,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkSize, Math.Max(Entry.Size, 1)));
        try
        {
            var extentStart = 0L;
            foreach (var extent in _extents)
            {
                while (length > 0 && offset < extentStart + extent.Length)
                {
                    // Read whole blocks, because checksums are per block.
                    var within = offset - extentStart;
                    var start = within - within % DataFiles.BlockSize;
                    var end = Math.Min(Math.Min(start + ChunkSize, within + length), extent.Length);
                    end = Math.Min(end + DataFiles.BlockSize - 1 - (end - 1) % DataFiles.BlockSize, extent.Length);
                    await ReadBlocksAsync(extent, start, chunk.AsMemory(0, (int)(end - start)), cancellationToken);

                    var given = (int)Math.Min(end - within, length);
                    yield return chunk.AsMemory((int)(within - start), given);
                    offset += given;
                    length -= given;
                }
                extentStart += extent.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        await foreach (var chunk in ReadAsync(0, Entry.Size, cancellationToken))
            await destination.WriteAsync(chunk, cancellationToken);
    }

    public void Dispose()
    {
        _own.Dispose();
        foreach (var extent in _extents)
            extent.File.Dispose();
    }

    private async ValueTask ReadBlocksAsync(
        OpenExtent extent,
        long start,
        Memory<byte> blocks,
        CancellationToken cancellationToken
    )
    {
        for (var read = 0; read < blocks.Length; )
        {
            // A small read comes from memory or needs one disk access. Switching to a pool thread would cost more.
            var got =
                blocks.Length < ChunkSize
                    ? RandomAccess.Read(extent.File, blocks.Span[read..], extent.Start + start + read)
                    : await RandomAccess.ReadAsync(
                        extent.File,
                        blocks[read..],
                        extent.Start + start + read,
                        cancellationToken
                    );
            if (got == 0)
                throw Damaged(extent, start + read);
            read += got;
        }
        Verify(extent, start, blocks.Span);
    }

    private void Verify(OpenExtent extent, long start, ReadOnlySpan<byte> blocks)
    {
        Span<uint> sums = stackalloc uint[ChunkSize / DataFiles.BlockSize];
        sums = sums[..((blocks.Length + DataFiles.BlockSize - 1) / DataFiles.BlockSize)];
        if (!DataFiles.TryReadBlockSums(extent.File, extent.Start + extent.Length, start / DataFiles.BlockSize, sums))
            throw Damaged(extent, start);
        for (var i = 0; i < sums.Length; i++)
        {
            var block = blocks[(i * DataFiles.BlockSize)..Math.Min((i + 1) * DataFiles.BlockSize, blocks.Length)];
            if (Crc32.HashToUInt32(block) != sums[i])
                throw Damaged(extent, start + i * DataFiles.BlockSize);
        }
    }

    private InvalidDataException Damaged(OpenExtent extent, long offset) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Object '{System.Text.Encoding.UTF8.GetString(Entry.Key)}' of bucket '{_bucket}': "
                    + $"data file {extent.FileId:x10} does not match its checksum "
                    + $"from byte {extent.Start + offset}."
            )
        );

    /// <param name="File">The open data file.</param>
    /// <param name="FileId">The file's number.</param>
    /// <param name="Start">The extent's offset in the file.</param>
    /// <param name="Length">The size of the content in bytes.</param>
    private readonly record struct OpenExtent(SafeFileHandle File, long FileId, long Start, long Length);
}
