using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LocalCloud.Benchmarks;

/// <summary>Measures Kinesis: durable puts and reads.</summary>
internal sealed class StreamBenchmarks(LocalCloudProcess localCloud, Scale scale)
{
    private const int Shards = 4;
    private const int RecordsPerCall = 500;
    private const int RecordBytes = 300;
    private const int LargeRecordsPerCall = 100;
    private const int LargeRecordBytes = 25_000;

    public async Task<IReadOnlyList<Figure>> PutRecordsAsync(CancellationToken cancellationToken)
    {
        await CreateAsync("small", cancellationToken);
        var requests = Connections(number => PutRecords("small", RecordsPerCall, RecordBytes, number));
        await Load.RunCountAsync(
            localCloud.Url,
            scale.Connections,
            scale.Connections,
            (number, _) => requests[number],
            cancellationToken
        ); // Warms up the JIT compiler.
        var (responses, elapsed) = await Load.RunForAsync(
            localCloud.Url,
            scale.Connections,
            scale.Duration,
            (number, _) => requests[number],
            cancellationToken
        );
        return
        [
            new Figure(
                "PutRecords, 500 of 300 B, durable",
                responses * RecordsPerCall / elapsed.TotalSeconds,
                "records/s",
                150_000
            ),
        ];
    }

    public async Task<IReadOnlyList<Figure>> PutLargeRecordsAsync(CancellationToken cancellationToken)
    {
        await CreateAsync("large", cancellationToken);
        var requests = Connections(number => PutRecords("large", LargeRecordsPerCall, LargeRecordBytes, number));
        await Load.RunCountAsync(
            localCloud.Url,
            scale.Connections,
            scale.Connections,
            (number, _) => requests[number],
            cancellationToken
        );
        var before = localCloud.ProcessorTime;
        var (responses, elapsed) = await Load.RunForAsync(
            localCloud.Url,
            scale.Connections,
            scale.Duration,
            (number, _) => requests[number],
            cancellationToken
        );
        var processor = (localCloud.ProcessorTime - before) / responses;
        var (put, disk) = (
            responses / elapsed.TotalSeconds,
            await DiskSpeed.AppendsAsync(localCloud.Folder, LargeRecordsPerCall * LargeRecordBytes, scale.Duration / 2)
        );
        const double CallMegabytes = LargeRecordsPerCall * LargeRecordBytes / 1e6;
        return
        [
            new Figure("PutRecords, 100 of 25 KB, durable", put * CallMegabytes, "MB/s", 150),
            new Figure("  LocalCloud's processor time for a call", processor.TotalMilliseconds, "ms"),
            new Figure("  disk without LocalCloud, 2.5 MB appended and flushed", disk * CallMegabytes, "MB/s"),
            new Figure("  puts relative to the disk", 100 * put / disk, "%"),
        ];
    }

    public async Task<IReadOnlyList<Figure>> GetRecordsAsync(CancellationToken cancellationToken)
    {
        await CreateAsync("read", cancellationToken);
        var requests = Connections(number => PutRecords("read", RecordsPerCall, RecordBytes, number));
        var calls = Math.Max(1, Math.Min(scale.Records, 500_000) / RecordsPerCall);
        await Load.RunCountAsync(
            localCloud.Url,
            scale.Connections,
            calls,
            (number, _) => requests[number],
            cancellationToken
        );
        var began = Stopwatch.GetTimestamp();
        var read = await Task.WhenAll(
            Enumerable
                .Range(0, Shards)
                .Select(shard => Task.Run(() => ReadAsync("read", shard, cancellationToken), cancellationToken))
        );
        var elapsed = Stopwatch.GetElapsedTime(began);
        if (read.Sum() != calls * RecordsPerCall)
            throw new InvalidOperationException(
                $"{calls * RecordsPerCall} records were put, but {read.Sum()} were read."
            );
        return
        [
            new Figure(
                $"GetRecords, {read.Sum():#,0} of 300 B",
                read.Sum() / elapsed.TotalSeconds,
                "records/s",
                200_000
            ),
        ];
    }

    public async Task<IReadOnlyList<Figure>> FillAsync(CancellationToken cancellationToken)
    {
        const int Parts = 10;
        await CreateAsync("filled", cancellationToken);
        var requests = Connections(number => PutRecords("filled", RecordsPerCall, RecordBytes, number));
        var calls = Math.Max(1, scale.Records / Parts / RecordsPerCall);
        await Load.RunCountAsync(
            localCloud.Url,
            scale.Connections,
            scale.Connections,
            (number, _) => requests[number],
            cancellationToken
        );
        var rates = new List<double>();
        for (var part = 0; part < Parts; part++)
            rates.Add(
                calls
                    * RecordsPerCall
                    / (
                        await Load.RunCountAsync(
                            localCloud.Url,
                            scale.Connections,
                            calls,
                            (number, _) => requests[number],
                            cancellationToken
                        )
                    ).TotalSeconds
            );
        var records = string.Create(CultureInfo.InvariantCulture, $"{calls * RecordsPerCall * Parts:#,0}");
        return
        [
            new Figure($"PutRecords into an empty stream", rates[0], "records/s"),
            new Figure($"  the last tenth of {records}", rates[^1], "records/s"),
            new Figure("  last tenth relative to the first", 100 * rates[^1] / rates[0], "%", 90),
        ];
    }

    public async Task<IReadOnlyList<Figure>> PutRecordAsync(CancellationToken cancellationToken)
    {
        await CreateAsync("single", cancellationToken);
        var request = Call("PutRecord", $$"""{"StreamName":"single",{{Record(RecordBytes, 0)}}}""");
        await Load.MeasureEachAsync(localCloud.Url, 50, _ => request, cancellationToken);
        var times = await Load.MeasureEachAsync(localCloud.Url, scale.Calls, _ => request, cancellationToken);
        return
        [
            new Figure("PutRecord, one at a time, median", times[times.Length / 2], "ms", 2, IsMaximum: true),
            new Figure("  99th percentile", times[times.Length * 99 / 100], "ms"),
        ];
    }

    private async Task<long> ReadAsync(string stream, int shard, CancellationToken cancellationToken)
    {
        using var connection = new RawConnection(localCloud.Url);
        var id = string.Create(CultureInfo.InvariantCulture, $"shardId-{shard:D12}");
        var body = await Load.SendAsync(
            connection,
            Call(
                "GetShardIterator",
                $$"""{"StreamName":"{{stream}}","ShardId":"{{id}}","ShardIteratorType":"TRIM_HORIZON"}"""
            ),
            cancellationToken
        );
        var iterator = Text(body.Span, "\"ShardIterator\":\""u8);
        for (var records = 0L; ; )
        {
            body = await Load.SendAsync(
                connection,
                Call("GetRecords", $$"""{"ShardIterator":"{{iterator}}"}"""),
                cancellationToken
            );
            var count = body.Span.Count("\"SequenceNumber\":"u8);
            if (count == 0)
                return records;
            records += count;
            iterator = Text(body.Span, "\"NextShardIterator\":\""u8);
        }
    }

    private static string Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        var value = json[(json.IndexOf(member) + member.Length)..];
        return Encoding
            .UTF8.GetString(value[..value.IndexOf((byte)'"')])
            .Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase);
    }

    private async Task CreateAsync(string stream, CancellationToken cancellationToken)
    {
        using var connection = new RawConnection(localCloud.Url);
        await Load.SendAsync(
            connection,
            Call("CreateStream", $$"""{"StreamName":"{{stream}}","ShardCount":{{Shards}}}"""),
            cancellationToken
        );
    }

    private byte[][] Connections(Func<int, byte[]> request) =>
        [.. Enumerable.Range(0, scale.Connections).Select(request)];

    private static byte[] PutRecords(string stream, int records, int bytes, int seed)
    {
        var list = Enumerable.Range(0, records).Select(i => "{" + Record(bytes, (seed * records) + i) + "}");
        return Call("PutRecords", $$"""{"StreamName":"{{stream}}","Records":[{{string.Join(',', list)}}]}""");
    }

    private static string Record(int bytes, int seed)
    {
        var data = new byte[bytes];
        new Random(seed).NextBytes(data);
        return $"\"PartitionKey\":\"key-{seed}\",\"Data\":\"{Convert.ToBase64String(data)}\"";
    }

    private static byte[] Call(string operation, string json) =>
        RawConnection.Request(
            "POST /",
            ["Content-Type: application/x-amz-json-1.1", $"X-Amz-Target: Kinesis_20131202.{operation}"],
            Encoding.UTF8.GetBytes(json)
        );
}
