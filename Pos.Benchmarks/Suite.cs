namespace Pos.Benchmarks;

/// <summary>What can be measured, by name, each on a LocalCloud of its own.</summary>
internal static class Suite
{
    private delegate Task<IReadOnlyList<Figure>> Measure(Uri url, Scale scale, CancellationToken cancellationToken);

    private static readonly Dictionary<string, Measure> s_all = new(StringComparer.Ordinal)
    {
        ["put-records"] = (url, scale, cancellationToken) => new StreamBenchmarks(url, scale).PutRecordsAsync(cancellationToken),
        ["put-large-records"] = (url, scale, cancellationToken) => new StreamBenchmarks(url, scale).PutLargeRecordsAsync(cancellationToken),
        ["get-records"] = (url, scale, cancellationToken) => new StreamBenchmarks(url, scale).GetRecordsAsync(cancellationToken),
        ["fill"] = (url, scale, cancellationToken) => new StreamBenchmarks(url, scale).FillAsync(cancellationToken),
        ["put-record"] = (url, scale, cancellationToken) => new StreamBenchmarks(url, scale).PutRecordAsync(cancellationToken),
        ["objects-1mb"] = (url, scale, cancellationToken) => new ObjectBenchmarks(url, scale).LargeAsync(cancellationToken),
        ["objects-10kb"] = (url, scale, cancellationToken) => new ObjectBenchmarks(url, scale).SmallAsync(cancellationToken),
        ["list"] = (url, scale, cancellationToken) => new ObjectBenchmarks(url, scale).ListAsync(cancellationToken),
    };

    public static IEnumerable<string> Names => s_all.Keys;

    /// <param name="names">Of <see cref="Names"/>; none: all.</param>
    /// <param name="scale">How much is done.</param>
    /// <param name="output">Where the table goes, line by line.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(IReadOnlyCollection<string> names, Scale scale, TextWriter output, CancellationToken cancellationToken)
    {
        List<Figure> all = [];
        Figure.WriteHead(output);
        foreach (var (name, measure) in s_all.Where(known => names.Count == 0 || names.Contains(known.Key)))
        {
            await using var localCloud = await LocalCloudProcess.StartAsync(cancellationToken);
            IReadOnlyList<Figure> figures =
            [
                .. await measure(localCloud.Url, scale, cancellationToken),
                new Figure($"  LocalCloud's memory after {name}", localCloud.ResidentMegabytes, "MB", 200, IsMost: true),
            ];
            foreach (var figure in figures)
                figure.Write(output);
            all.AddRange(figures);
        }
        return all;
    }
}
