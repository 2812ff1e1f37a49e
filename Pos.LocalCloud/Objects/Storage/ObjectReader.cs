using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Pos.LocalCloud.Objects.Storage;

/// <summary>One version of an object, readable to its end even when it is replaced or deleted meanwhile.</summary>
internal sealed class ObjectReader : IDisposable
{
    private const int ChunkSize = 128 * 1024;
    private readonly IReadOnlyList<(SafeFileHandle File, long Length)> _extents;
    private readonly SafeFileHandle _own;

    private ObjectReader(ObjectEntry entry, ObjectAttributes attributes, SafeFileHandle own, IReadOnlyList<(SafeFileHandle, long)> extents) =>
        (Entry, Attributes, _own, _extents) = (entry, attributes, own, extents);

    public ObjectEntry Entry { get; }
    public ObjectAttributes Attributes { get; }

    /// <exception cref="FileNotFoundException">The version was deleted before it could be opened.</exception>
    public static ObjectReader Open(ObjectEntry entry, DataFiles files)
    {
        var opened = new List<SafeFileHandle>();
        try
        {
            var own = files.Open(entry.FileId);
            opened.Add(own);
            var attributes = DataFiles.ReadAttributes(own, entry.FileId);
            if (attributes.Extents.Count == 0)
                return new ObjectReader(entry, attributes, own, [(own, entry.Size)]);

            var extents = new List<(SafeFileHandle, long)>();
            foreach (var extent in attributes.Extents)
            {
                opened.Add(files.Open(extent.FileId));
                extents.Add((opened[^1], extent.Length));
            }
            return new ObjectReader(entry, attributes, own, extents);
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>The content from <paramref name="offset"/> on, in chunks, each valid until the next is asked for.</summary>
    /// <exception cref="InvalidDataException">A data file is shorter than it was.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(long offset, long length, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkSize, Math.Max(length, 1)));
        try
        {
            var extentStart = 0L;
            foreach (var (file, extentLength) in _extents)
            {
                while (length > 0 && offset < extentStart + extentLength)
                {
                    var wanted = (int)Math.Min(Math.Min(length, chunk.Length), extentStart + extentLength - offset);
                    var memory = chunk.AsMemory(0, wanted);
                    var read = wanted < ChunkSize
                        ? RandomAccess.Read(file, memory.Span, offset - extentStart)
                        : await RandomAccess.ReadAsync(file, memory, offset - extentStart, cancellationToken);
                    if (read == 0)
                        throw new InvalidDataException($"Data file {Entry.FileId:x10} ends before its object does.");
                    yield return memory[..read];
                    offset += read;
                    length -= read;
                }
                extentStart += extentLength;
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
        foreach (var (file, _) in _extents)
            file.Dispose();
    }
}
