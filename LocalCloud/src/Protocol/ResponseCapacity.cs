using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LocalCloud.Protocol;

/// <summary>Limits the memory of large responses of all calls. Further calls wait in order of arrival.</summary>
internal sealed class ResponseCapacity : IDisposable
{
    private const int TotalKilobytes = 56 * 1024;

    // A client that does not read its response would block the others.
    private static readonly MinDataRate s_minRate = new(
        bytesPerSecond: 512 * 1024,
        gracePeriod: TimeSpan.FromSeconds(5)
    );

    private readonly ConcurrencyLimiter _kilobytes = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = TotalKilobytes,
            QueueLimit = int.MaxValue, // The server limits connections and streams per HTTP/2 connection.
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Reserves memory until the result is disposed. Returns null for 0, which needs no reservation.</summary>
    public async ValueTask<IDisposable?> AcquireAsync(HttpContext context, int kilobytes)
    {
        if (kilobytes == 0)
            return null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = s_minRate;
        return await _kilobytes.AcquireAsync(Math.Min(kilobytes, TotalKilobytes), context.RequestAborted);
    }

    public void Dispose() => _kilobytes.Dispose();
}
