using System.Threading.RateLimiting;

namespace LocalCloud.Protocol;

/// <summary>
/// Reads request bodies whole, of all calls together no more than memory allows: the others wait in the order they
/// came.
/// </summary>
internal sealed class RequestBodies : IDisposable
{
    // Kinesis takes 5 MiB a call as binary (PutRecords), Firehose 4 MiB; base64 adds a third, and JSON some more.
    public const int DefaultMaxBytes = 10 * 1024 * 1024;
    private const int AllBodiesKilobytes = 48 * 1024;

    private readonly ConcurrencyLimiter _kilobytes = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = AllBodiesKilobytes,
            QueueLimit = int.MaxValue, // connections are bounded, and each waits for one body
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
            new("RequestEntityTooLargeException", $"A request holds at most {maxBytes} bytes.", 413);
    }

    public void Dispose() => _kilobytes.Dispose();
}

/// <summary>A request's body, until it is disposed.</summary>
internal sealed class RequestBody(RateLimitLease lease, int capacity) : IDisposable
{
    // One byte more than is allowed, to see that there is more, and never an empty buffer, which would read as the end.
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
