using System.Diagnostics;
using System.Text;

namespace LocalCloud.Benchmarks;

/// <summary>Sends requests on several connections and measures the time.</summary>
internal static class Load
{
    /// <summary>Sends requests for a duration. Returns the number of responses and the elapsed time.</summary>
    /// <param name="url">The server.</param>
    /// <param name="connections">The number of concurrent connections.</param>
    /// <param name="duration">The duration. Each connection sends at least one request.</param>
    /// <param name="next">Returns a request by its connection and number.</param>
    /// <param name="cancellationToken">Stops early.</param>
    public static async Task<(long Responses, TimeSpan Elapsed)> RunForAsync(
        Uri url,
        int connections,
        TimeSpan duration,
        Func<int, long, ReadOnlyMemory<byte>> next,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        var responses = await Task.WhenAll(
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
        return (responses.Sum(), watch.Elapsed);
    }

    /// <summary>Sends a number of requests, numbered from 0, over all connections together.</summary>
    public static async Task<TimeSpan> RunCountAsync(
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

    /// <summary>Sends requests in sequence on one connection. Returns their times in milliseconds, sorted.</summary>
    public static async Task<double[]> MeasureEachAsync(
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

    /// <exception cref="InvalidOperationException">The response is an error. Benchmarks must not fail.</exception>
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
                $"Response status {status}: {Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 500)])}"
            );
    }
}
