using System.Diagnostics;

namespace LocalCloud.Benchmarks;

/// <summary>Measures the disk of a folder without LocalCloud. Durable writes cannot be faster.</summary>
internal static class DiskSpeed
{
    /// <summary>Writes and flushes new files on several threads. Returns files per second.</summary>
    public static Task<double> FilesAsync(string folder, int bytes, int threads, TimeSpan duration) =>
        MeasureAsync(threads, duration, (thread, i) =>
        {
            var path = Path.Combine(folder, $"disk-{thread}-{i % 16}");
            File.Delete(path);
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, new byte[bytes], 0);
            RandomAccess.FlushToDisk(file);
        });

    /// <summary>Appends to a file and flushes each time. Returns appends per second.</summary>
    public static async Task<double> AppendsAsync(string folder, int bytes, TimeSpan duration)
    {
        using var file = File.OpenHandle(Path.Combine(folder, "disk"), FileMode.Create, FileAccess.Write);
        var content = new byte[bytes];
        return await MeasureAsync(1, duration, (_, i) =>
        {
            RandomAccess.Write(file, content, i * bytes);
            RandomAccess.FlushToDisk(file);
        });
    }

    private static async Task<double> MeasureAsync(int threads, TimeSpan duration, Action<int, long> write)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, threads)
                .Select(thread =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            var count = 0L;
                            do write(thread, count++);
                            while (watch.Elapsed < duration);
                            return count;
                        },
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
        );
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }
}
