using System.Diagnostics;
using System.Text;
using LocalCloud.Tables.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCloud.Tests.StoreWriter;

/// <summary>Fills a small disk, makes space again, and prints a line for each step.</summary>
internal static class FullDisk
{
    private const int Writers = 8;
    private const int ValueBytes = 20_000;
    private const long FreeAtStart = 24_000_000;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string disk, int minFreeBytes)
    {
        var (folder, ballast) = (Path.Combine(disk, "tables"), Path.Combine(disk, "ballast"));
        FillTo(disk, ballast, FreeAtStart);
        var options = LocalCloud.Tests.StoreWriter.Writers.SmallFiles with { MinFreeBytes = minFreeBytes };
        var acknowledged = new HashSet<string>();

        using (var store = RocksItemStore.Open(folder, options, NullLogger.Instance))
        {
            await WriteUntilRejectedAsync(store, "first", acknowledged);
            Report($"rejected: {store.Problem}");
            Report($"missing: {CountMissing(store, acknowledged)}");
            File.Delete(ballast);
            await WriteAsSoonAsAcceptedAsync(store, acknowledged);
            Report($"accepted, problem: {store.Problem}");
        }
        using (var store = RocksItemStore.Open(folder, options, NullLogger.Instance))
        {
            Report($"missing after a restart: {CountMissing(store, acknowledged)}");
            FillTo(disk, ballast, FreeAtStart);
            await WriteUntilRejectedAsync(store, "second", acknowledged);
        }
        Report($"start on a full disk: {TryOpen(folder, options)}");
        File.Delete(ballast);
        using (var store = RocksItemStore.Open(folder, options, NullLogger.Instance))
        {
            Report($"missing after a start with space: {CountMissing(store, acknowledged)} of {acknowledged.Count}");
            await store.CommitAsync(Batch("last"));
        }
        return 0;
    }

    private static void FillTo(string disk, string ballast, long free)
    {
        using var file = new FileStream(ballast, FileMode.Create);
        var block = new byte[100_000];
        while (new DriveInfo(disk).AvailableFreeSpace > free)
        {
            file.Write(block);
            file.Flush();
        }
    }

    private static Task WriteUntilRejectedAsync(RocksItemStore store, string name, HashSet<string> acknowledged) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(writer =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; ; i++)
                        {
                            var key = $"{name}/{writer}/{i}";
                            try
                            {
                                await store.CommitAsync(Batch(key));
                            }
                            catch (IOException)
                            {
                                return;
                            }
                            lock (acknowledged)
                                acknowledged.Add(key);
                        }
                    })
                )
        );

    private static async Task WriteAsSoonAsAcceptedAsync(RocksItemStore store, HashSet<string> acknowledged)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            try
            {
                await store.CommitAsync(Batch("accepted"));
                acknowledged.Add("accepted");
                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < s_timeout)
            {
                // The store does not accept writes yet.
            }
        }
    }

    private static string TryOpen(string folder, ItemStoreOptions options)
    {
        try
        {
            using var store = RocksItemStore.Open(folder, options, NullLogger.Instance);
            return "opened";
        }
        catch (StartRefusedException error)
        {
            return $"rejected: {error.Message}";
        }
    }

    private static int CountMissing(RocksItemStore store, HashSet<string> acknowledged) =>
        acknowledged.Count(key => store.Get(Encoding.UTF8.GetBytes(key))?.AsSpan().SequenceEqual(Value(key)) != true);

    private static ItemBatch Batch(string key)
    {
        var batch = new ItemBatch();
        batch.Put(Encoding.UTF8.GetBytes(key), Value(key));
        return batch;
    }

    private static byte[] Value(string key)
    {
        var value = new byte[ValueBytes];
        new Random(key.Sum(letter => letter)).NextBytes(value);
        return value;
    }

    private static void Report(string line) => Console.Out.Write(line + "\n");
}
