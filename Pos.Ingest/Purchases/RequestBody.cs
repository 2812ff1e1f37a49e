using System.IO.Compression;
using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using Pos.Contracts;

namespace Pos.Ingest.Purchases;

/// <summary>
/// A request's body, decompressed. The bytes read count towards the request's limit, and towards the budget until the
/// body is disposed.
/// </summary>
internal sealed class RequestBody : System.IO.Stream
{
    private readonly System.IO.Stream _body;
    private readonly ByteBudget _budget;
    private readonly int _maxBytes;
    private int _taken;

    private RequestBody(System.IO.Stream body, bool isNdjson, ByteBudget budget, int maxBytes) =>
        (_body, IsNdjson, _budget, _maxBytes) = (body, isNdjson, budget, maxBytes);

    public bool IsNdjson { get; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    /// <exception cref="RejectedRequestException">415, or 413 if Content-Length exceeds the limit.</exception>
    public static RequestBody Open(HttpRequest request, ByteBudget budget, int maxBytes)
    {
        var isNdjson = IsNdjsonType(request.ContentType);
        var isGzip = IsGzipEncoding(request);
        if (request.ContentLength > maxBytes)
            throw TooLarge(maxBytes);
        return new RequestBody(
            isGzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body,
            isNdjson,
            budget,
            maxBytes
        );
    }

    /// <exception cref="RejectedRequestException">413, 429, or 400 if the body is not valid gzip.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _body.ReadAsync(buffer, cancellationToken);
            if (_taken + read > _maxBytes)
                throw TooLarge(_maxBytes);
            if (!_budget.TryTake(read))
                throw new RejectedRequestException(
                    StatusCodes.Status429TooManyRequests,
                    "Too many bytes wait for the stream. Send the request again later."
                );
            _taken += read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw new RejectedRequestException(
                StatusCodes.Status400BadRequest,
                $"The body is not gzip: {error.Message}"
            );
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Read the body asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _body is GZipStream gzip)
            gzip.Dispose();
        _budget.Return(_taken);
        _taken = 0;
        base.Dispose(disposing);
    }

    private static bool IsNdjsonType(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            throw Unsupported("The request has no valid Content-Type");
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"The charset '{type.Charset}' is not supported");
        if (type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase))
            return false;
        return type.MediaType.Equals(NdjsonReader.ContentType, StringComparison.OrdinalIgnoreCase)
            ? true
            : throw Unsupported($"The content type '{type.MediaType}' is not supported");
    }

    private static bool IsGzipEncoding(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return false;
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return true;
        request.HttpContext.Response.Headers.AcceptEncoding = "gzip"; // RFC 9110, 15.5.16
        throw Unsupported($"The Content-Encoding '{encoding}' is not supported");
    }

    private static RejectedRequestException Unsupported(string found) =>
        new(
            StatusCodes.Status415UnsupportedMediaType,
            $"{found}. Send {MediaTypeNames.Application.Json} or {NdjsonReader.ContentType} in UTF-8, "
                + "uncompressed or with Content-Encoding gzip."
        );

    private static RejectedRequestException TooLarge(int maxBytes) =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            $"The body has more than {maxBytes} bytes when decompressed. Split it into several requests."
        );
}
