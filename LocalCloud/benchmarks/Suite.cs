namespace LocalCloud.Benchmarks;

/// <summary>Runs benchmarks by name. Each starts a new LocalCloud, except the one of the table store.</summary>
internal static class Suite
{
    private const string TableStore = "table-store";

    private delegate Task<IReadOnlyList<Figure>> Measure(
        LocalCloudProcess localCloud,
        Scale scale,
        CancellationToken cancellationToken
    );

    private static readonly Dictionary<string, Measure> s_all = new(StringComparer.Ordinal)
    {
        ["put-records"] = (localCloud, scale, cancellationToken) =>
            new StreamBenchmarks(localCloud, scale).PutRecordsAsync(cancellationToken),
        ["put-large-records"] = (localCloud, scale, cancellationToken) =>
            new StreamBenchmarks(localCloud, scale).PutLargeRecordsAsync(cancellationToken),
        ["get-records"] = (localCloud, scale, cancellationToken) =>
            new StreamBenchmarks(localCloud, scale).GetRecordsAsync(cancellationToken),
        ["fill"] = (localCloud, scale, cancellationToken) =>
            new StreamBenchmarks(localCloud, scale).FillAsync(cancellationToken),
        ["put-record"] = (localCloud, scale, cancellationToken) =>
            new StreamBenchmarks(localCloud, scale).PutRecordAsync(cancellationToken),
        ["objects-1mb"] = (localCloud, scale, cancellationToken) =>
            new ObjectBenchmarks(localCloud, scale).LargeAsync(cancellationToken),
        ["objects-10kb"] = (localCloud, scale, cancellationToken) =>
            new ObjectBenchmarks(localCloud, scale).SmallAsync(cancellationToken),
        ["list"] = (localCloud, scale, cancellationToken) =>
            new ObjectBenchmarks(localCloud, scale).ListAsync(cancellationToken),
        ["tables"] = (localCloud, scale, cancellationToken) =>
            new TableBenchmarks(localCloud, scale).UpdateAndReadAsync(cancellationToken),
        ["table-items"] = (localCloud, scale, cancellationToken) =>
            new TableBenchmarks(localCloud, scale).ItemsAsync(cancellationToken),
    };

    public static IEnumerable<string> Names => [TableStore, .. s_all.Keys];

    /// <summary>Runs benchmarks and writes their figures.</summary>
    /// <param name="names">Names of <see cref="Names"/>; empty for all.</param>
    /// <param name="scale">The amount of work.</param>
    /// <param name="output">Receives the table line by line.</param>
    /// <param name="cancellationToken">Stops early.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(
        IReadOnlyCollection<string> names,
        Scale scale,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        List<Figure> all = [];
        Figure.WriteHead(output);
        if (names.Count == 0 || names.Contains(TableStore))
            Write(await new TableStoreBenchmarks(scale).MeasureAsync(cancellationToken));
        foreach (var (name, measure) in s_all.Where(known => names.Count == 0 || names.Contains(known.Key)))
        {
            await using var localCloud = await LocalCloudProcess.StartAsync(cancellationToken);
            Write([
                .. await measure(localCloud, scale, cancellationToken),
                new Figure(
                    $"  LocalCloud's memory after {name}",
                    localCloud.ResidentMegabytes,
                    "MB",
                    200,
                    IsMaximum: true
                ),
            ]);
        }
        return all;

        void Write(IReadOnlyList<Figure> figures)
        {
            foreach (var figure in figures)
                figure.Write(output);
            all.AddRange(figures);
        }
    }
}
