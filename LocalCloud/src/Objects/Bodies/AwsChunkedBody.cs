using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects.Bodies;

/// <summary>
/// Takes aws-chunked framing off a body (S3 API Reference, "Signature calculations: transferring a payload in multiple
/// chunks"):
/// <code>
/// 400;chunk-signature=ad80…    (the signature where chunks are signed)
/// 1,024 bytes
/// 0;chunk-signature=b6c6…
/// x-amz-checksum-crc32c:sOO8/Q==
/// </code>
/// each line and each chunk ended by CRLF, the whole by an empty line.
/// </summary>
/// <param name="reader">The body.</param>
/// <param name="signatures">Verifies each chunk; null where chunks are not signed, or any are taken.</param>
internal sealed class AwsChunkedBody(PipeReader reader, ChunkSignatures? signatures)
{
    private const int LongestLine = 8 * 1024;
    private const int MostTrailers = 16;
    private const string ChunkSignature = "chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    /// <summary>Gives the content to <paramref name="take"/>, piece by piece.</summary>
    /// <returns>The trailers, by lower-case name.</returns>
    /// <exception cref="AwsException">IncompleteBody when it is not <paramref name="decodedLength"/> bytes,
    /// InvalidRequest when the framing is broken.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        long decodedLength,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var (size, signature) = Head(await ReadLineAsync(cancellationToken) ?? throw S3Errors.IncompleteBody());
            if (size == 0)
            {
                signatures?.EndChunk(signature);
                break;
            }
            if (size > decodedLength)
                throw S3Errors.IncompleteBody();
            decodedLength -= size;
            await ReadChunkAsync(size, take, cancellationToken);
            if (await ReadLineAsync(cancellationToken) is not { } end)
                throw S3Errors.IncompleteBody();
            else if (end.Length > 0)
                throw Malformed();
            signatures?.EndChunk(signature);
        }
        if (decodedLength > 0)
            throw S3Errors.IncompleteBody();

        var trailers = new OrderedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            if (
                colon <= 0
                || trailers.Count == MostTrailers
                || !trailers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim())
            )
                throw Malformed();
        }
        if (signatures is not null && trailers.Count > 0)
        {
            trailers.Remove(TrailerSignature, out var signature);
            signatures.EndTrailers(trailers, signature);
        }
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
                throw Malformed();
        }
        return trailers;
    }

    private async Task ReadChunkAsync(
        long size,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
        CancellationToken cancellationToken
    )
    {
        while (size > 0)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var content = result.Buffer.Slice(0, Math.Min(size, result.Buffer.Length));
            foreach (var piece in content)
            {
                signatures?.Append(piece.Span);
                await take(piece, cancellationToken);
            }
            size -= content.Length;
            reader.AdvanceTo(content.End);
            if (result.IsCompleted && content.IsEmpty)
                throw S3Errors.IncompleteBody();
        }
    }

    /// <summary>A line without its end, or null at the end of the body.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                if (result.Buffer.Slice(0, end).Length > LongestLine)
                    throw Malformed();
                var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end));
                reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.EndsWith('\r') ? line[..^1] : line;
            }
            var length = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (length > LongestLine)
                throw Malformed();
            if (result.IsCompleted)
                return length == 0 ? null : throw S3Errors.IncompleteBody();
        }
    }

    private static (long Size, string? Signature) Head(string line)
    {
        var semicolon = line.IndexOf(';');
        var size = line.AsSpan(0, semicolon < 0 ? line.Length : semicolon).TrimEnd();
        if (
            size.Length is 0 or > 15
            || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes)
        )
            throw Malformed();
        var extension = semicolon < 0 ? "" : line[(semicolon + 1)..].Trim();
        return (
            bytes,
            extension.StartsWith(ChunkSignature, StringComparison.Ordinal) ? extension[ChunkSignature.Length..] : null
        );
    }

    private static AwsException Malformed() => S3Errors.InvalidRequest("The request body's chunks are malformed.");
}
