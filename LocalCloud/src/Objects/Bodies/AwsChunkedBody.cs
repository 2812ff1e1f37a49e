using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects.Bodies;

/// <summary>
/// Decodes a body with aws-chunked framing (S3 API Reference, "Signature calculations: transferring a payload in
/// multiple chunks"):
/// <code>
/// 400;chunk-signature=ad80…    (with a signature only if chunks are signed)
/// 1,024 bytes
/// 0;chunk-signature=b6c6…
/// x-amz-checksum-crc32c:sOO8/Q==
/// </code>
/// Each line and each chunk ends with CRLF, the body with an empty line.
/// </summary>
/// <param name="reader">The body.</param>
/// <param name="signatures">Verifies each chunk; null if chunks are not signed or signatures are not checked.</param>
internal sealed class AwsChunkedBody(PipeReader reader, ChunkSignatures? signatures)
{
    private const int MaxLineBytes = 8 * 1024;
    private const int MaxTrailers = 16;
    private const string ChunkSignature = "chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    /// <summary>
    /// Passes the content in pieces to <paramref name="consume"/> and returns the trailers. Names ignore case.
    /// </summary>
    /// <exception cref="AwsException">IncompleteBody if the content does not have <paramref name="decodedLength"/>
    /// bytes, InvalidRequest if the framing is malformed.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        long decodedLength,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> consume,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var (size, signature) = ParseChunkHeader(
                await ReadLineAsync(cancellationToken) ?? throw S3Errors.IncompleteBody()
            );
            if (size == 0)
            {
                signatures?.EndChunk(signature);
                break;
            }
            if (size > decodedLength)
                throw S3Errors.IncompleteBody();
            decodedLength -= size;
            await ReadChunkAsync(size, consume, cancellationToken);
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
                || trailers.Count == MaxTrailers
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
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> consume,
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
                await consume(piece, cancellationToken);
            }
            size -= content.Length;
            reader.AdvanceTo(content.End);
            if (result.IsCompleted && content.IsEmpty)
                throw S3Errors.IncompleteBody();
        }
    }

    /// <summary>Reads a line without its line end. Returns null at the end of the body.</summary>
    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                if (result.Buffer.Slice(0, end).Length > MaxLineBytes)
                    throw Malformed();
                var line = Encoding.Latin1.GetString(result.Buffer.Slice(0, end));
                reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.EndsWith('\r') ? line[..^1] : line;
            }
            var length = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (length > MaxLineBytes)
                throw Malformed();
            if (result.IsCompleted)
                return length == 0 ? null : throw S3Errors.IncompleteBody();
        }
    }

    private static (long Size, string? Signature) ParseChunkHeader(string line)
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
