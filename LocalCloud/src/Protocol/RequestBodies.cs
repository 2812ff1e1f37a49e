using System.Threading.RateLimiting;

namespace LocalCloud.Protocol;

/// <summary>
/// Reads complete request bodies within a memory limit for all calls. Further calls wait in order of arrival.
/// </summary>
internal sealed class RequestBodies : IDisposable
{
    // Kinesis accepts 5 MiB of binary data per call (PutRecords), Firehose 4 MiB. Base64 adds a third, JSON some more.
    public const int DefaultMaxBytes = 10 * 1024 * 1024;
    private const int TotalKilobytes = 48 * 1024;

    private readonly ConcurrencyLimiter _kilobytes = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = TotalKilobytes,
            QueueLimit = int.MaxValue, // The server limits connections, and each waits for one body.
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <exception cref="AwsException">RequestEntityTooLargeException</exception>
    public async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var announced = request.ContentLength ?? maxBytes;
        if (announced > maxBytes)
            throw TooLarge();
        var body = new RequestBody(
            await _kilobytes.AcquireAsync((int)(announced / 1024) + 1, cancellationToken),
            (int)announced
        );
        try
        {
            while (await request.Body.ReadAsync(body.Free, cancellationToken) is > 0 and var read)
            {
                body.Length += read;
                if (body.Length > maxBytes)
                    throw TooLarge();
            }
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }

        AwsException TooLarge() =>
            new("RequestEntityTooLargeException", $"A request body may have at most {maxBytes} bytes.", 413);
    }

    public void Dispose() => _kilobytes.Dispose();
}

/// <summary>A request's body in pooled memory.</summary>
internal sealed class RequestBody(RateLimitLease lease, int capacity) : IDisposable
{
    // One more byte than allowed, to detect longer bodies. The buffer is never empty: a read of 0 bytes means the end.
    private byte[] _array = LargeArrays.Rent(capacity + 1);

    public int Length { get; set; }
    public ReadOnlyMemory<byte> Bytes => _array.AsMemory(0, Length);
    public Memory<byte> Free => _array.AsMemory(Length);

    public void Dispose()
    {
        LargeArrays.Return(_array);
        _array = [];
        lease.Dispose();
    }
}
