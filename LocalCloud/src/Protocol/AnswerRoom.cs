using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LocalCloud.Protocol;

/// <summary>Memory for answers that are large, of all calls together: the others wait in the order they came.</summary>
internal sealed class AnswerRoom : IDisposable
{
    private const int AllKilobytes = 56 * 1024;

    // Who has room and does not read would keep it from others.
    private static readonly MinDataRate s_leastRate = new(
        bytesPerSecond: 512 * 1024,
        gracePeriod: TimeSpan.FromSeconds(5)
    );

    private readonly ConcurrencyLimiter _kilobytes = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = AllKilobytes,
            QueueLimit = int.MaxValue, // connections are bounded, and so are an HTTP/2 connection's streams
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <returns>The room, until it is disposed; null when an answer takes next to none.</returns>
    public async ValueTask<IDisposable?> TakeAsync(HttpContext context, int kilobytes)
    {
        if (kilobytes == 0)
            return null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = s_leastRate;
        return await _kilobytes.AcquireAsync(Math.Min(kilobytes, AllKilobytes), context.RequestAborted);
    }

    public void Dispose() => _kilobytes.Dispose();
}
