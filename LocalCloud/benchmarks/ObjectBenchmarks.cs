using System.Globalization;

namespace LocalCloud.Benchmarks;

/// <summary>Measures S3: durable puts, reads, and pages of long lists.</summary>
internal sealed class ObjectBenchmarks(LocalCloudProcess localCloud, Scale scale)
{
    private const int Large = 1_000_000;
    private const int Small = 10_000;

    // Puts reuse these names, so that a long run does not fill the disk.
    private const int Names = 64;

    public async Task<IReadOnlyList<Figure>> LargeAsync(CancellationToken cancellationToken)
    {
        var measured = await MeasureAsync("large", Large, cancellationToken);
        return
        [
            new Figure("PutObject, 1 MB, durable", measured.Put * Large / 1e6, "MB/s", 300),
            .. measured.WithDisk("files of 1 MB, each flushed", Large / 1e6, "MB/s"),
            new Figure("GetObject, 1 MB", measured.Get * Large / 1e6, "MB/s", 300),
        ];
    }

    public async Task<IReadOnlyList<Figure>> SmallAsync(CancellationToken cancellationToken)
    {
        var measured = await MeasureAsync("small", Small, cancellationToken);
        return
        [
            new Figure("PutObject, 10 KB, durable", measured.Put, "objects/s", 3000),
            .. measured.WithDisk("files of 10 KB, each flushed", 1, "files/s"),
            new Figure("GetObject, 10 KB", measured.Get, "objects/s", 3000),
        ];
    }

    public async Task<IReadOnlyList<Figure>> ListAsync(CancellationToken cancellationToken)
    {
        await CreateAsync("listed", cancellationToken);
        var body = new byte[10];
        var elapsed = await Load.RunCountAsync(
            localCloud.Url,
            4 * scale.Connections,
            scale.Keys,
            (_, i) => RawConnection.Request($"PUT /listed/{Key(i)}", [], body),
            cancellationToken
        );
        var requests = Enumerable
            .Range(0, 20)
            .Select(i =>
                RawConnection.Request($"GET /listed?list-type=2&start-after={Key(scale.Keys * (long)i / 21)}", [], [])
            )
            .ToArray();
        await Load.MeasureEachAsync(localCloud.Url, requests.Length, i => requests[i], cancellationToken);
        var times = await Load.MeasureEachAsync(
            localCloud.Url,
            5 * requests.Length,
            i => requests[i % requests.Length],
            cancellationToken
        );
        var keys = string.Create(CultureInfo.InvariantCulture, $"{scale.Keys:#,0}");
        var memory = localCloud.ResidentMegabytes;
        var start = await localCloud.RestartAsync(cancellationToken);
        return
        [
            new Figure(
                $"PutObject, 10 B, {4 * scale.Connections} at a time",
                scale.Keys / elapsed.TotalSeconds,
                "objects/s"
            ),
            new Figure(
                $"ListObjectsV2, 1,000 of {keys} keys, median",
                times[times.Length / 2],
                "ms",
                20,
                IsMaximum: true
            ),
            new Figure($"  memory with {keys} keys, after their puts", memory, "MB", 200, IsMaximum: true),
            new Figure($"Start after kill -9, with {keys} keys", start.TotalMilliseconds, "ms", 1000, IsMaximum: true),
        ];

        // Spread like hashes, so that a page does not consist of the newest objects.
        static string Key(long i) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"orders/date=2026-01-01/{unchecked((uint)(i * 2_654_435_761)):x8}-{i:D8}.json.gz"
            );
    }

    private async Task<Measured> MeasureAsync(string bucket, int bytes, CancellationToken cancellationToken)
    {
        await CreateAsync(bucket, cancellationToken);
        var body = new byte[bytes];
        new Random(bytes).NextBytes(body);
        var puts = Enumerable
            .Range(0, scale.Connections)
            .Select(number =>
                Enumerable
                    .Range(0, Names / scale.Connections)
                    .Select(name => RawConnection.Request($"PUT /{bucket}/{number}-{name}", [], body))
                    .ToArray()
            )
            .ToArray();
        var gets = Enumerable
            .Range(0, scale.Connections)
            .Select(number =>
                puts[number]
                    .Select((_, name) => RawConnection.Request($"GET /{bucket}/{number}-{name}", [], []))
                    .ToArray()
            )
            .ToArray();
        await Load.RunCountAsync(
            localCloud.Url,
            1,
            Names,
            (_, i) => puts[i % scale.Connections][i / scale.Connections % puts[0].Length],
            cancellationToken
        ); // Each object exists once.
        var before = localCloud.ProcessorTime;
        var put = await Load.RunForAsync(
            localCloud.Url,
            scale.Connections,
            scale.Duration,
            (number, i) => puts[number][i % puts[number].Length],
            cancellationToken
        );
        var processor = (localCloud.ProcessorTime - before) / put.Responses;
        var get = await Load.RunForAsync(
            localCloud.Url,
            scale.Connections,
            scale.Duration,
            (number, i) => gets[number][i % gets[number].Length],
            cancellationToken
        );
        return new Measured(
            put.Responses / put.Elapsed.TotalSeconds,
            get.Responses / get.Elapsed.TotalSeconds,
            processor,
            await DiskSpeed.FilesAsync(localCloud.Folder, bytes, scale.Connections, scale.Duration / 2)
        );
    }

    private async Task CreateAsync(string bucket, CancellationToken cancellationToken)
    {
        using var connection = new RawConnection(localCloud.Url);
        await Load.SendAsync(connection, RawConnection.Request($"PUT /{bucket}", [], []), cancellationToken);
    }

    /// <param name="Put">Puts per second.</param>
    /// <param name="Get">Gets per second.</param>
    /// <param name="ProcessorTime">LocalCloud's processor time per put.</param>
    /// <param name="Disk">Files per second that the disk alone can write.</param>
    private sealed record Measured(double Put, double Get, TimeSpan ProcessorTime, double Disk)
    {
        public IEnumerable<Figure> WithDisk(string what, double each, string unit) =>
            [
                new Figure("  LocalCloud's processor time for each", ProcessorTime.TotalMilliseconds, "ms"),
                new Figure($"  disk without LocalCloud, {what}", Disk * each, unit),
                new Figure("  puts relative to the disk", 100 * Put / Disk, "%"),
            ];
    }
}
