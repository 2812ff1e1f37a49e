using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Pos.Contracts;

namespace Pos.Storage.Lake;

/// <summary>
/// The posts of a batch as one gzipped NDJSON object. A line is the stream's, byte for byte, without its trace context
/// and with the post's position as a last field: who reads the lake finds the newest version of a line, and replays it
/// in order, without asking where a line came from.
/// <code>{"purchase_id":"536365", … ,"ingested_at":"2026-03-04T05:06:07Z","position":"0000…898-000003"}</code>
/// </summary>
internal static class LakeObject
{
    private const int TimeOfModification = 4;

    // A line of an object is a line of a stream record, which has at most 1 MiB, and its position.
    private const int MaxLineBytes = 1024 * 1024 + 1024;

    // GZipStream writes nothing at all where there is nothing to compress.
    private static readonly byte[] s_noLines = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The object's content, at its start.</summary>
    /// <param name="posts">In order; may be none.</param>
    /// <param name="fencingToken">Of the lease that it is written under. It stands in gzip's header (RFC 1952), as its time
    /// of modification, where no reader of the lines meets it: so the ETag, a hash of the bytes, differs between
    /// workers that write the same lines.</param>
    public static MemoryStream Write(IReadOnlyList<PurchaseVersion> posts, long fencingToken)
    {
        var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(gzip, 64 * 1024))
        {
            Span<byte> position = stackalloc byte[128];
            foreach (var post in posts)
            {
                // An accepted purchase is an object that is not empty: before its last brace, another field may follow.
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

    /// <summary>Whether an object has the version at a position.</summary>
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
