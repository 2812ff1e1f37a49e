using System.IO.Pipelines;
using System.Security.Cryptography;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects.Bodies;

/// <summary>Reads a request's body and verifies it with the hashes and checksums in the request's headers.</summary>
internal sealed class ObjectBody : IDisposable
{
    private const string Trailer = "x-amz-trailer";
    private const string PayloadHashHeader = "x-amz-content-sha256";
    private const string SignedChunks = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string SignedChunksAndTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private const string UnsignedChunksAndTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    private readonly HttpRequest _request;
    private readonly bool _chunked;
    private readonly string? _expectedSha256;
    private readonly IncrementalHash? _sha256;
    private readonly Checksum? _checksum;
    private readonly bool _checksumInTrailer;
    private readonly ChunkSignatures? _signatures;

    /// <exception cref="AwsException">A header that is needed to read or verify the body is missing or
    /// malformed.</exception>
    /// <param name="request">The request.</param>
    /// <param name="signature">The request's signature, which chunk signatures build on; null if signatures are not
    /// checked.</param>
    /// <param name="hasChecksum">True if an x-amz-checksum- header refers to the body.</param>
    public ObjectBody(HttpRequest request, VerifiedSignature? signature, bool hasChecksum = true)
    {
        _request = request;
        var payload = GetPayloadHash(request) ?? "";
        _chunked =
            payload is SignedChunks or SignedChunksAndTrailer or UnsignedChunksAndTrailer
            || ContentEncoding(request).Chunked;
        Length = ReadLength(request, _chunked);
        if (signature is not null && (payload is SignedChunks or SignedChunksAndTrailer))
            _signatures = new ChunkSignatures(signature);
        if (payload.Length == 64)
        {
            _expectedSha256 = payload;
            _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
        if (request.Headers.ContentMD5.ToString() is { Length: > 0 } md5)
            ExpectedMd5 = FromBase64(md5, 16) ?? throw S3Errors.InvalidDigest();

        if (hasChecksum)
            (Algorithm, ChecksumValue) = ReadChecksumHeader(request);
        if (
            request.Headers[Trailer].ToString() is { Length: > 0 } trailer
            && trailer.StartsWith(Checksum.HeaderPrefix, StringComparison.OrdinalIgnoreCase)
        )
        {
            if (Algorithm is not null)
                throw S3Errors.InvalidRequest("Expecting a single x-amz-checksum- header.");
            if (!_chunked)
                throw S3Errors.InvalidRequest("A trailer requires aws-chunked content.");
            Algorithm = trailer[Checksum.HeaderPrefix.Length..].ToLowerInvariant();
            _checksumInTrailer = true;
        }
        if (Algorithm is not null)
            _checksum = Checksum.Create(Algorithm)
                ?? throw S3Errors.InvalidRequest("The value specified in the x-amz-trailer header is not supported.");
    }

    /// <summary>
    /// Returns the payload hash of the request's signature: a SHA-256 in hexadecimal digits, one of S3's constants or
    /// null.
    /// </summary>
    /// <exception cref="AwsException">InvalidArgument.</exception>
    public static string? GetPayloadHash(HttpRequest request)
    {
        var hash = request.Headers[PayloadHashHeader].ToString() is { Length: > 0 } header
            ? header
            : request.Query[PayloadHashHeader].ToString();
        return hash switch
        {
            "" => null,
            SignatureVerifier.UnsignedPayload or SignedChunks or SignedChunksAndTrailer or UnsignedChunksAndTrailer =>
                hash,
            { Length: 64 } when hash.All(char.IsAsciiHexDigit) => hash,
            _ => throw S3Errors.InvalidArgument(
                $"{PayloadHashHeader} must be {SignatureVerifier.UnsignedPayload}, {UnsignedChunksAndTrailer}, "
                    + $"{SignedChunks}, {SignedChunksAndTrailer} or a valid sha256 value."
            ),
        };
    }

    /// <summary>Size of the content without framing, in bytes.</summary>
    public long Length { get; }

    public byte[]? ExpectedMd5 { get; }

    /// <summary>The additional checksum's algorithm in lower case; null if none was sent.</summary>
    public string? Algorithm { get; }

    /// <summary>The additional checksum in base64. It is verified when the body has been read.</summary>
    public string? ChecksumValue { get; private set; }

    /// <summary>Returns Content-Encoding without <c>aws-chunked</c>, which applies only to the transfer.</summary>
    public static (string? Kept, bool Chunked) ContentEncoding(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count == 0)
            return (null, false);
        var encodings = request
            .Headers.ContentEncoding.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var kept = encodings
            .Where(encoding => !encoding.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase))
            .ToArray();
        return (kept.Length == 0 ? null : string.Join(",", kept), kept.Length < encodings.Length);
    }

    /// <summary>
    /// Passes the content in pieces to <paramref name="consume"/> and verifies everything except the MD5.
    /// </summary>
    /// <exception cref="AwsException">IncompleteBody, BadDigest, XAmzContentSHA256Mismatch,
    /// MalformedTrailerError.</exception>
    public async Task ReadAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> consume,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (_chunked)
            {
                var trailers = await new AwsChunkedBody(_request.BodyReader, _signatures).ReadAsync(
                    Length,
                    ConsumeAsync,
                    cancellationToken
                );
                if (_checksumInTrailer)
                    ChecksumValue = trailers.TryGetValue(Checksum.HeaderPrefix + Algorithm, out var value)
                        ? value
                        : throw new AwsException(
                            "MalformedTrailerError",
                            "The request contained trailing data that was not well-formed "
                                + "or did not conform to our published schema."
                        );
            }
            else
            {
                await ReadPlainAsync(ConsumeAsync, cancellationToken);
            }
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status400BadRequest)
        {
            throw S3Errors.IncompleteBody(); // The connection closed before the body was complete.
        }

        if (
            _sha256 is not null
            && !Convert
                .ToHexString(_sha256.GetCurrentHash())
                .Equals(_expectedSha256, StringComparison.OrdinalIgnoreCase)
        )
            throw S3Errors.ContentSha256Mismatch();
        if (_checksum is not null)
        {
            var actual = _checksum.Value();
            var expected = FromBase64(ChecksumValue!, actual.Length)
                ?? throw S3Errors.InvalidRequest($"Value for {Checksum.HeaderPrefix}{Algorithm} header is invalid.");
            if (!actual.AsSpan().SequenceEqual(expected))
                throw S3Errors.BadDigest(Algorithm!.ToUpperInvariant());
        }

        ValueTask ConsumeAsync(ReadOnlyMemory<byte> content, CancellationToken token)
        {
            _sha256?.AppendData(content.Span);
            _checksum?.Append(content.Span);
            return consume(content, token);
        }
    }

    public void Dispose()
    {
        _sha256?.Dispose();
        _signatures?.Dispose();
        _checksum?.Dispose();
    }

    private async Task ReadPlainAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> consume,
        CancellationToken cancellationToken
    )
    {
        var length = 0L;
        ReadResult result;
        do
        {
            result = await _request.BodyReader.ReadAsync(cancellationToken);
            length += result.Buffer.Length;
            foreach (var piece in result.Buffer)
                await consume(piece, cancellationToken);
            _request.BodyReader.AdvanceTo(result.Buffer.End);
        } while (!result.IsCompleted);
        if (length != Length)
            throw S3Errors.IncompleteBody();
    }

    private static long ReadLength(HttpRequest request, bool chunked)
    {
        if (!chunked)
            return request.ContentLength ?? throw S3Errors.MissingContentLength();
        var decoded = request.Headers["x-amz-decoded-content-length"].ToString();
        if (decoded.Length == 0)
            throw S3Errors.MissingContentLength();
        return long.TryParse(
            decoded,
            System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture,
            out var length
        )
            ? length
            : throw S3Errors.InvalidArgument("x-amz-decoded-content-length is not a number.");
    }

    private static (string? Algorithm, string? Value) ReadChecksumHeader(HttpRequest request)
    {
        (string?, string?) found = (null, null);
        foreach (var algorithm in Checksum.Algorithms)
        {
            if (request.Headers[Checksum.HeaderPrefix + algorithm].ToString() is not { Length: > 0 } value)
                continue;
            if (found.Item1 is not null)
                throw S3Errors.InvalidRequest("Expecting a single x-amz-checksum- header.");
            found = (algorithm, value);
        }
        return found;
    }

    private static byte[]? FromBase64(string text, int length)
    {
        var bytes = new byte[length];
        return Convert.TryFromBase64String(text, bytes, out var written) && written == length ? bytes : null;
    }
}
