using System.Diagnostics;
using System.Text;

namespace LocalCloud.Benchmarks;

/// <summary>Sends requests on several connections and takes the time.</summary>
internal static class Load
{
    /// <summary>Sends requests for a time.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="connections">Side by side.</param>
    /// <param name="duration">At least one request of each connection is sent.</param>
    /// <param name="next">A request by its connection and number.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>How many were answered, and in which time.</returns>
    public static async Task<(long Answers, TimeSpan Elapsed)> ForAsync(
        Uri url,
        int connections,
        TimeSpan duration,
        Func<int, long, ReadOnlyMemory<byte>> next,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(number =>
                    Task.Run(
                        async () =>
                        {
                            using var connection = new RawConnection(url);
                            var count = 0L;
                            do await SendAsync(connection, next(number, count++), cancellationToken);
                            while (watch.Elapsed < duration);
                            return count;
                        },
                        cancellationToken
                    )
                )
        );
        return (answers.Sum(), watch.Elapsed);
    }

    /// <summary>Sends so many requests, numbered from 0, by all connections together.</summary>
    public static async Task<TimeSpan> CountAsync(
        Uri url,
        int connections,
        long count,
        Func<int, long, ReadOnlyMemory<byte>> next,
        CancellationToken cancellationToken
    )
    {
        var (watch, sent) = (Stopwatch.StartNew(), -1L);
        await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(number =>
                    Task.Run(
                        async () =>
                        {
                            using var connection = new RawConnection(url);
                            while (Interlocked.Increment(ref sent) is var request && request < count)
                                await SendAsync(connection, next(number, request), cancellationToken);
                        },
                        cancellationToken
                    )
                )
        );
        return watch.Elapsed;
    }

    /// <summary>Sends requests one after the other on one connection.</summary>
    /// <returns>The time of each, in milliseconds, the shortest first.</returns>
    public static async Task<double[]> EachAsync(
        Uri url,
        int count,
        Func<int, ReadOnlyMemory<byte>> next,
        CancellationToken cancellationToken
    )
    {
        using var connection = new RawConnection(url);
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await SendAsync(connection, next(i), cancellationToken);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        return [.. times.Order()];
    }

    /// <exception cref="InvalidOperationException">The answer is an error: what is measured has to work.</exception>
    public static async Task<ReadOnlyMemory<byte>> SendAsync(
        RawConnection connection,
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        var (status, body) = await connection.ExchangeAsync(request, cancellationToken);
        return status is 200 or 204
            ? body
            : throw new InvalidOperationException(
                $"Answered {status}: {Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 500)])}"
            );
    }
}
