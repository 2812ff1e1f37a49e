using System.IO.Compression;
using System.Net.Mime;
using Microsoft.Net.Http.Headers;
using Pos.Contracts;

namespace Pos.Ingest.Purchases;

/// <summary>
/// A request's body, decompressed. What has been read counts against the request's limit, and against the budget until
/// it is disposed.
/// </summary>
internal sealed class RequestBody : System.IO.Stream
{
    private readonly System.IO.Stream _body;
    private readonly ByteBudget _budget;
    private readonly int _mostBytes;
    private int _taken;

    private RequestBody(System.IO.Stream body, bool isNdjson, ByteBudget budget, int mostBytes) =>
        (_body, IsNdjson, _budget, _mostBytes) = (body, isNdjson, budget, mostBytes);

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

    /// <exception cref="RefusedPostException">415, or 413 by its length.</exception>
    public static RequestBody Open(HttpRequest request, ByteBudget budget, int mostBytes)
    {
        var isNdjson = IsNdjsonType(request.ContentType);
        var isGzip = IsGzipEncoding(request);
        if (request.ContentLength > mostBytes)
            throw TooLarge(mostBytes);
        return new RequestBody(
            isGzip ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body,
            isNdjson,
            budget,
            mostBytes
        );
    }

    /// <exception cref="RefusedPostException">413, 429, or 400 for what is no gzip.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _body.ReadAsync(buffer, cancellationToken);
            if (_taken + read > _mostBytes)
                throw TooLarge(_mostBytes);
            if (!_budget.TryTake(read))
                throw new RefusedPostException(
                    StatusCodes.Status429TooManyRequests,
                    "More is waiting for the stream than this service holds. Send the request again."
                );
            _taken += read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw new RefusedPostException(StatusCodes.Status400BadRequest, $"The body is not gzip: {error.Message}");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The body is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _body is GZipStream gzip)
            gzip.Dispose();
        _budget.GiveBack(_taken);
        _taken = 0;
        base.Dispose(disposing);
    }

    private static bool IsNdjsonType(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            throw Unsupported("The request has no readable Content-Type");
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw Unsupported($"The charset '{type.Charset}' is not taken");
        if (type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase))
            return false;
        return type.MediaType.Equals(NdjsonReader.ContentType, StringComparison.OrdinalIgnoreCase)
            ? true
            : throw Unsupported($"'{type.MediaType}' is not taken");
    }

    private static bool IsGzipEncoding(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return false;
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return true;
        request.HttpContext.Response.Headers.AcceptEncoding = "gzip"; // RFC 9110, 15.5.16
        throw Unsupported($"The Content-Encoding '{encoding}' is not taken");
    }

    private static RefusedPostException Unsupported(string found) =>
        new(
            StatusCodes.Status415UnsupportedMediaType,
            $"{found}. Send {MediaTypeNames.Application.Json} or {NdjsonReader.ContentType} in UTF-8, plain or with Content-Encoding gzip."
        );

    private static RefusedPostException TooLarge(int mostBytes) =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            $"The body has more than {mostBytes} bytes when decompressed. Send it in several requests."
        );
}
