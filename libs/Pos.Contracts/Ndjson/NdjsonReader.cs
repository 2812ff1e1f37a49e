using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Pos.Contracts;

/// <summary>
/// Splits NDJSON into lines while it is read. Lines end with <c>\n</c> or <c>\r\n</c>, which may be missing at the end
/// of the text. Skips blank lines and a byte order mark. Buffers at most one line and does not parse it.
/// </summary>
public static class NdjsonReader
{
    /// <summary>NDJSON's media type.</summary>
    public const string ContentType = "application/x-ndjson";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];
    private static ReadOnlySpan<byte> Blank => " \t\r"u8;

    /// <summary>Reads lines from a pipe, which the caller completes.</summary>
    /// <param name="input">The text, such as a request's body.</param>
    /// <param name="maxLineBytes">A longer line (including <c>\r</c>) is returned as <see cref="NdjsonLine.TooLong"/>;
    /// reading continues with the next line.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async IAsyncEnumerable<NdjsonLine> ReadAsync(
        PipeReader input,
        int maxLineBytes = PurchaseLimits.MaxPostedBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        long number = 0;
        var isSkipping = false;
        byte[]? joined = null;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (read.IsCanceled)
                    throw new OperationCanceledException("Reading NDJSON was cancelled.");

                var rest = read.Buffer;
                try
                {
                    while (TryLine(ref rest, read.IsCompleted, out var line))
                    {
                        number++;
                        if (isSkipping)
                        {
                            isSkipping = false;
                            continue;
                        }
                        if (line.Length > maxLineBytes)
                        {
                            yield return new NdjsonLine(number, default, TooLong: true);
                            continue;
                        }
                        if (!line.IsSingleSegment)
                            joined = Joined(joined, line, maxLineBytes);
                        var utf8 = Trimmed(
                            line.IsSingleSegment ? line.First : joined.AsMemory(0, (int)line.Length),
                            first: number == 1
                        );
                        if (!utf8.IsEmpty)
                            yield return new NdjsonLine(number, utf8, TooLong: false);
                    }

                    if (rest.Length > maxLineBytes || isSkipping)
                    {
                        if (!isSkipping)
                            yield return new NdjsonLine(number + 1, default, TooLong: true);
                        isSkipping = true;
                        rest = rest.Slice(rest.End);
                    }
                }
                finally
                {
                    input.AdvanceTo(rest.Start, read.Buffer.End);
                }

                if (read.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            if (joined is not null)
                ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <summary>Reads lines from a stream, which the caller disposes of.</summary>
    /// <inheritdoc cref="ReadAsync(PipeReader, int, CancellationToken)"/>
    public static async IAsyncEnumerable<NdjsonLine> ReadAsync(
        Stream input,
        int maxLineBytes = PurchaseLimits.MaxPostedBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        try
        {
            await foreach (var line in ReadAsync(pipe, maxLineBytes, cancellationToken).ConfigureAwait(false))
                yield return line;
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Splits a text in memory, such as a stream record. The lines are slices of the text; no line is too long.
    /// </summary>
    public static IEnumerable<NdjsonLine> Split(ReadOnlyMemory<byte> utf8)
    {
        for (long number = 1; !utf8.IsEmpty; number++)
        {
            var end = utf8.Span.IndexOf((byte)'\n');
            var line = Trimmed(end < 0 ? utf8 : utf8[..end], first: number == 1);
            if (!line.IsEmpty)
                yield return new NdjsonLine(number, line, TooLong: false);
            utf8 = end < 0 ? default : utf8[(end + 1)..];
        }
    }

    private static bool TryLine(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = isLast ? rest : default;
        if (isLast)
            rest = rest.Slice(rest.End);
        return !line.IsEmpty;
    }

    private static byte[] Joined(byte[]? buffer, ReadOnlySequence<byte> line, int maxLineBytes)
    {
        buffer ??= ArrayPool<byte>.Shared.Rent(maxLineBytes);
        line.CopyTo(buffer);
        return buffer;
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line, bool first)
    {
        if (first && line.Span.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        return line.TrimStart(Blank).TrimEnd(Blank);
    }
}
