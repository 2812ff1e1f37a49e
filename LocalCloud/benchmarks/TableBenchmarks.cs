using System.Globalization;

namespace LocalCloud.Benchmarks;

/// <summary>Measures DynamoDB: durable updates, reads, and memory with many items.</summary>
internal sealed class TableBenchmarks(LocalCloudProcess localCloud, Scale scale)
{
    private const string Table = "orders";
    private const int Orders = 10_000;
    private const int RequestsPerConnection = 200;

    // Concurrent updates share a flush, so more writers need fewer flushes.
    private int Writers => 8 * scale.Connections;

    public async Task<IReadOnlyList<Figure>> UpdateAndReadAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        var update = await MeasureAsync(Writers, TableRequests.Update, cancellationToken);
        var get = await MeasureAsync(Writers, TableRequests.Get, cancellationToken);
        return
        [
            .. update.Figures($"UpdateItem, {TableRequests.Lines} lines, durable, {Writers} writers", 15_000),
            .. get.Figures($"GetItem, {TableRequests.Lines} lines", 40_000),
        ];
    }

    public async Task<IReadOnlyList<Figure>> ItemsAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken);
        var batches = scale.Items / TableRequests.ItemsPerBatch;
        var elapsed = await Load.RunCountAsync(
            localCloud.Url,
            2 * scale.Connections,
            batches,
            (_, batch) => TableRequests.PutBatch(Table, (int)batch * TableRequests.ItemsPerBatch),
            cancellationToken
        );
        var memory = localCloud.ResidentMegabytes;
        var start = await localCloud.RestartAsync(cancellationToken);
        var query = await MeasureAsync(Writers, TableRequests.Query, cancellationToken);
        var get = await MeasureAsync(Writers, TableRequests.Get, cancellationToken);
        var items = string.Create(CultureInfo.InvariantCulture, $"{scale.Items:#,0} items");
        return
        [
            new Figure("BatchWriteItem, 25 of 400 B", scale.Items / elapsed.TotalSeconds, "items/s"),
            new Figure($"  memory with {items}, after their puts", memory, "MB", 200, IsMaximum: true),
            new Figure($"Start after kill -9, with {items}", start.TotalMilliseconds, "ms", 1000, IsMaximum: true),
            .. query.Figures($"Query, {TableRequests.OrdersPerQuery} keys among {items}", 10_000),
            .. get.Figures($"GetItem, 400 B, among {items}", 40_000),
        ];
    }

    private async Task<Measured> MeasureAsync(
        int connections,
        Func<string, int, byte[]> request,
        CancellationToken cancellationToken
    )
    {
        var orders = Math.Min(Orders, scale.Items);
        var requests = Enumerable
            .Range(0, connections)
            .Select(connection => new Random(connection))
            .Select(random =>
                Enumerable.Range(0, RequestsPerConnection).Select(_ => request(Table, random.Next(orders))).ToArray()
            )
            .ToArray();
        await Load.RunCountAsync(
            localCloud.Url,
            connections,
            10 * connections,
            (number, i) => requests[number][i % RequestsPerConnection],
            cancellationToken
        ); // Warms up the JIT compiler.
        var before = localCloud.ProcessorTime;
        var (responses, elapsed) = await Load.RunForAsync(
            localCloud.Url,
            connections,
            scale.Duration,
            (number, i) => requests[number][i % RequestsPerConnection],
            cancellationToken
        );
        return new Measured(responses / elapsed.TotalSeconds, (localCloud.ProcessorTime - before) / responses);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        using var connection = new RawConnection(localCloud.Url);
        await Load.SendAsync(connection, TableRequests.Create(Table), cancellationToken);
    }

    /// <param name="Rate">Calls per second.</param>
    /// <param name="ProcessorTime">LocalCloud's processor time per call.</param>
    private sealed record Measured(double Rate, TimeSpan ProcessorTime)
    {
        public IEnumerable<Figure> Figures(string name, double goal) =>
            [
                new Figure(name, Rate, "calls/s", goal),
                new Figure("  LocalCloud's processor time for a call", ProcessorTime.TotalMicroseconds, "µs"),
            ];
    }
}
