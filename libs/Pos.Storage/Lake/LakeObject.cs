using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Pos.Contracts;

namespace Pos.Storage.Lake;

/// <summary>
/// Writes the purchases of a batch as one gzipped NDJSON object. A line has the same bytes as in the stream, but
/// without trace context and with the position as its last field. The position lets readers find the newest version and
/// replay versions in order.
/// <code>{"purchase_id":"536365", … ,"ingested_at":"2026-03-04T05:06:07Z","position":"0000…898-000003"}</code>
/// </summary>
internal static class LakeObject
{
    private const int TimeOfModification = 4;

    // A line of a stream record (at most 1 MiB) and its position.
    private const int MaxLineBytes = 1024 * 1024 + 1024;

    // GZipStream writes nothing for empty content. This is a valid, empty gzip file.
    private static readonly byte[] s_noLines = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Returns the object's content, positioned at its start.</summary>
    /// <param name="posts">Versions in stream order; may be empty.</param>
    /// <param name="fencingToken">
    /// Fencing token of the writer's lease, stored as the modification time in gzip's header (RFC 1952), which readers
    /// of lines ignore. It makes the ETag differ between workers that write the same lines.
    /// </param>
    public static MemoryStream Write(IReadOnlyList<PurchaseVersion> posts, long fencingToken)
    {
        var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(gzip, 64 * 1024))
        {
            Span<byte> position = stackalloc byte[128];
            foreach (var post in posts)
            {
                // The purchase's JSON object is not empty, so another field can follow before the closing brace.
                buffered.Write(PurchaseWriter.WithoutTrace(post.Json.Span));
                buffered.Write(",\"position\":\""u8);
                buffered.Write(position[..Encoding.ASCII.GetBytes(post.Position, position)]);
                buffered.Write("\"}\n"u8);
            }
        }
        if (posts is [])
            content.Write(s_noLines);
        BinaryPrimitives.WriteUInt32LittleEndian(content.GetBuffer().AsSpan(TimeOfModification), (uint)fencingToken);
        content.Position = 0;
        return content;
    }

    /// <summary>Reads an object's lines.</summary>
    /// <exception cref="InvalidDataException">The object is damaged.</exception>
    public static async IAsyncEnumerable<NdjsonLine> ReadAsync(
        Stream content,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var text = new GZipStream(content, CompressionMode.Decompress);
        await foreach (var line in NdjsonReader.ReadAsync(text, MaxLineBytes, cancellationToken))
            yield return line;
    }

    /// <summary>True if an object contains the version at a position.</summary>
    public static async Task<bool> HasAsync(Stream content, string position, CancellationToken cancellationToken)
    {
        var end = Encoding.ASCII.GetBytes($",\"position\":\"{position}\"}}");
        await foreach (var line in ReadAsync(content, cancellationToken))
        {
            if (line.Utf8.Span.EndsWith(end))
                return true;
        }
        return false;
    }
}
