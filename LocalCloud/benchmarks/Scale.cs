namespace LocalCloud.Benchmarks;

/// <summary>How much is done.</summary>
internal sealed record Scale
{
    /// <summary>Of each measurement that goes by time.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Side by side.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>That a stream is filled with, to see whether it slows down.</summary>
    public long Records { get; init; } = 500_000;

    /// <summary>Among which a page is listed.</summary>
    public int Keys { get; init; } = 10_000;

    /// <summary>In a table, for its memory and start.</summary>
    public int Items { get; init; } = 1_000_000;

    /// <summary>One at a time, for a median.</summary>
    public int Calls { get; init; } = 500;
}
