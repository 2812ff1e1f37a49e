namespace Pos.Reconciliation;

/// <summary>
/// Writes the stores' lines to temporary files, partitioned by purchase id. A partition contains whole purchases and
/// fits into memory even if a store does not. Disposing deletes the files.
/// </summary>
internal sealed class PartitionFiles : IDisposable
{
    public const int Count = 64;
    private const int BufferBytes = 16 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("pos reconcile ").FullName;

    /// <summary>Writes the lines of a store. Call it once for each store.</summary>
    public async Task WriteAsync(string store, IAsyncEnumerable<StoredLine> lines, CancellationToken cancellationToken)
    {
        var writers = new List<BinaryWriter>(Count);
        try
        {
            for (var partition = 0; partition < Count; partition++)
                writers.Add(
                    new(
                        new FileStream(
                            FileOf(store, partition),
                            FileMode.CreateNew,
                            FileAccess.Write,
                            FileShare.None,
                            BufferBytes
                        )
                    )
                );
            await foreach (var line in lines.WithCancellation(cancellationToken))
                line.Write(writers[PartitionOf(line.PurchaseId)]);
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
        }
    }

    /// <summary>Returns the partition of a purchase, which is the same for all stores.</summary>
    public static int PartitionOf(string purchaseId) =>
        (int)((uint)string.GetHashCode(purchaseId, StringComparison.Ordinal) % Count);

    public IEnumerable<StoredLine> Read(string store, int partition)
    {
        using var reader = new BinaryReader(
            new FileStream(FileOf(store, partition), FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes)
        );
        for (var length = reader.BaseStream.Length; reader.BaseStream.Position < length; )
            yield return StoredLine.Read(reader);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string FileOf(string store, int partition) => Path.Combine(_folder, $"{store}-{partition}");
}
