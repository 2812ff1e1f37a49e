using LocalCloud.Tables.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCloud.Tests.StoreWriter;

/// <summary>Writes until the process is killed, and prints writer and number of each acknowledged batch.</summary>
internal static class Writers
{
    public static async Task<int> RunAsync(string folder, int seed, int writers)
    {
        using var store = RocksItemStore.Open(folder, SmallFiles, NullLogger.Instance);
        await Task.WhenAll(
            Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(store, seed, writer, writers)))
        );
        return 0;
    }

    /// <summary>Small sizes, so that kills interrupt flushes, compactions and blob files.</summary>
    public static ItemStoreOptions SmallFiles { get; } = new() { MemtableBytes = 256 * 1024, MinBlobBytes = 16 * 1024 };

    private static async Task WriteAsync(RocksItemStore store, int seed, int writer, int writers)
    {
        var plan = new WriterPlan(seed, writer);
        for (var number = WriterPlan.ReadState(store, writer).Number + 1; ; number++)
        {
            var (seen, _) = WriterPlan.ReadState(store, (writer + 1) % writers); // perhaps not on disk yet
            await store.CommitAsync(plan.Batch(number, seen));
            Console.Out.Write($"{writer} {number}\n");
        }
    }
}
