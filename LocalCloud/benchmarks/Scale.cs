namespace LocalCloud.Benchmarks;

/// <summary>The amount of work of the benchmarks.</summary>
internal sealed record Scale
{
    /// <summary>Duration of each timed measurement.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Number of concurrent connections.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Number of records to fill a stream with, to measure whether it slows down.</summary>
    public long Records { get; init; } = 500_000;

    /// <summary>Number of keys in a bucket from which pages are listed.</summary>
    public int Keys { get; init; } = 10_000;

    /// <summary>Number of items in a table, to measure memory and start.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>Number of sequential calls for a median.</summary>
    public int Calls { get; init; } = 500;
}
