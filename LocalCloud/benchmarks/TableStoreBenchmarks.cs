using System.Diagnostics;
using System.Globalization;
using System.Text;
using LocalCloud.Tables.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCloud.Benchmarks;

/// <summary>Measures the tables' store in this process, which limits the speed of the API.</summary>
internal sealed class TableStoreBenchmarks(Scale scale)
{
    private const int UpdatedItems = 10_000;
    private const int UpdatedBytes = 4_000;
    private const int ScannedItems = 50;
    private static readonly int[] s_writers = [1, 16, 64];

    public async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("localcloud table store ");
        try
        {
            List<Figure> figures = [];
            using (var store = Open(folder))
            {
                await FillAsync(store, UpdatedItems, _ => UpdatedBytes, cancellationToken);
                foreach (var writers in s_writers)
                    figures.Add(await UpdateAsync(store, writers));
            }
            using (var store = Open(folder))
                await FillAsync(store, scale.Items, item => 200 + item % 1000, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            using (var store = Open(folder))
            {
                var opened = Stopwatch.GetElapsedTime(began);
                var items = string.Create(CultureInfo.InvariantCulture, $"{scale.Items:#,0} items");
                figures.Add(new($"Open, {items}", opened.TotalMilliseconds, "ms", 1000, IsMaximum: true));
                figures.Add(await ReadAsync($"Get, any of {items}", store, Get));
                figures.Add(await ReadAsync("Get, one of 5,000 items", store, GetHot, 100_000));
                figures.Add(await ReadAsync($"Scan of {ScannedItems} items", store, Scan, 30_000));
            }
            using (var process = Process.GetCurrentProcess())
                figures.Add(new("  memory of this process", process.WorkingSet64 / 1e6, "MB", 200, IsMaximum: true));
            return figures;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Figure> UpdateAsync(RocksItemStore store, int writers)
    {
        var rate = await MeasureRateAsync(writers, async (writer, random) =>
        {
            var key = Key(random.Next(UpdatedItems / writers) * writers + writer);
            var value = store.Get(key)!;
            value[random.Next(value.Length)]++;
            var batch = new ItemBatch();
            batch.Put(key, value);
            await store.CommitAsync(batch);
        });
        return new Figure(
            $"Read and update 4 KB, durable, {writers} writers",
            rate,
            "updates/s",
            writers >= 16 ? 15_000 : null
        );
    }

    private async Task<Figure> ReadAsync(
        string name,
        RocksItemStore store,
        Action<RocksItemStore, Random> read,
        double? goal = null
    )
    {
        var rate = await MeasureRateAsync(Environment.ProcessorCount, (_, random) =>
        {
            read(store, random);
            return ValueTask.CompletedTask;
        });
        return new Figure(name, rate, "reads/s", goal);
    }

    private void Get(RocksItemStore store, Random random) =>
        Require(store.Get(Key(random.Next(scale.Items))) is not null);

    private void GetHot(RocksItemStore store, Random random) =>
        Require(store.Get(Key(random.Next(Math.Min(5_000, scale.Items)))) is not null);

    private void Scan(RocksItemStore store, Random random)
    {
        using var cursor = store.Scan(Key(random.Next(scale.Items)), [0xFF], descending: false);
        for (var (i, bytes) = (0, 0); i < ScannedItems && cursor.MoveNext(); i++)
            bytes += cursor.Key.Length + cursor.Value.Length;
    }

    private async Task<double> MeasureRateAsync(int tasks, Func<int, Random, ValueTask> call)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, tasks)
                .Select(task =>
                    Task.Run(async () =>
                    {
                        var random = new Random(task);
                        var count = 0L;
                        do
                        {
                            await call(task, random);
                            count++;
                        } while (watch.Elapsed < scale.Duration);
                        return count;
                    })
                )
        );
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task FillAsync(
        RocksItemStore store,
        int items,
        Func<int, int> bytes,
        CancellationToken cancellationToken
    )
    {
        var last = ValueTask.CompletedTask;
        for (var item = 0; item < items; )
        {
            var batch = new ItemBatch();
            for (var end = Math.Min(item + 100, items); item < end; item++)
                batch.Put(Key(item), Value(item, bytes(item)));
            cancellationToken.ThrowIfCancellationRequested();
            last = store.CommitAsync(batch);
            if (item % 1000 == 0)
                await last;
        }
        if (!last.IsCompleted)
            await last;
    }

    private static byte[] Key(int item) =>
        Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"table/{unchecked((uint)item * 2_654_435_761):x8}/order-{item:D9}"
            )
        );

    private static byte[] Value(int item, int bytes)
    {
        var value = new byte[bytes];
        new Random(item).NextBytes(value);
        return value;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            throw new InvalidOperationException("An item is missing.");
    }

    private static RocksItemStore Open(DirectoryInfo folder) =>
        RocksItemStore.Open(folder.FullName, new ItemStoreOptions(), NullLogger.Instance);
}
