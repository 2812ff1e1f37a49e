using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Objects.Bodies;

/// <summary>
/// Takes aws-chunked framing off a body (S3 API Reference, "Signature calculations: transferring a payload in multiple chunks"):
/// <code>
/// 400;chunk-signature=ad80…    (the signature where chunks are signed)
/// 1,024 bytes
/// 0;chunk-signature=b6c6…
/// x-amz-checksum-crc32c:sOO8/Q==
/// </code>
/// each line and each chunk ended by CRLF, the whole by an empty line.
/// </summary>
internal sealed class AwsChunkedBody(PipeReader reader)
{
    private const int LongestLine = 8 * 1024;
    private const int MostTrailers = 16;

    /// <summary>Gives the content to <paramref name="take"/>, piece by piece.</summary>
    /// <returns>The trailers, by lower-case name.</returns>
    /// <exception cref="AwsException">IncompleteBody when it is not <paramref name="decodedLength"/> bytes, InvalidRequest when the framing is broken.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(long decodedLength, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            var size = Size(await ReadLineAsync(cancellationToken) ?? throw S3Errors.IncompleteBody());
            if (size == 0)
                break;
            if (size > decodedLength)
                throw S3Errors.IncompleteBody();
            decodedLength -= size;
            await ReadChunkAsync(size, take, cancellationToken);
            if (await ReadLineAsync(cancellationToken) is not { } end)
                throw S3Errors.IncompleteBody();
            else if (end.Length > 0)
                throw Malformed();
        }
        if (decodedLength > 0)
            throw S3Errors.IncompleteBody();

        var trailers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || trailers.Count == MostTrailers || !trailers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim()))
                throw Malformed();
        }
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
                throw Malformed();
        }
        return trailers;
    }

    private async Task ReadChunkAsync(long size, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        while (size > 0)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var content = result.Buffer.Slice(0, Math.Min(size, result.Buffer.Length));
            foreach (var piece in content)
                await take(piece, cancellationToken);
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

    private static long Size(string line)
    {
        var size = line.AsSpan(0, line.IndexOf(';') is >= 0 and var semicolon ? semicolon : line.Length).TrimEnd();
        return size.Length is > 0 and <= 15 && long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes) ? bytes : throw Malformed();
    }

    private static AwsException Malformed() => S3Errors.InvalidRequest("The request body's chunks are malformed.");
}
