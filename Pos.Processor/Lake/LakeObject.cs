using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Purchases;

namespace Pos.Processor.Lake;

/// <summary>
/// The posts of a batch as one gzipped NDJSON object. A line is the stream's, byte for byte, without its trace context
/// and with the post's position as a last field: who reads the lake finds the newest version of a line, and replays it in order, without asking
/// where a line came from.
/// <code>{"purchase_id":"536365", … ,"ingested_at":"2026-03-04T05:06:07Z","position":"0000…898-000003"}</code>
/// </summary>
internal static class LakeObject
{
    private const int TimeOfModification = 4;

    // GZipStream writes nothing at all where there is nothing to compress.
    private static readonly byte[] s_noLines = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>
    /// Named after the batch's first record with a purchase, so that the batch's redelivery overwrites it.
    /// </summary>
    public static string KeyOf(StreamRecord first) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"purchases/date={first.ArrivedAt.UtcDateTime:yyyy-MM-dd}/hour={first.ArrivedAt.UtcDateTime:HH}/{first.ShardId}-{first.SequenceNumber}.json.gz"
        );

    /// <summary>
    /// Of what is replayed from quarantine, on its own: always the same for the same entry, and no batch's.
    /// </summary>
    public static string ReplayKeyOf(StreamRecord record, int? ordinal) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"purchases/date={record.ArrivedAt.UtcDateTime:yyyy-MM-dd}/hour={record.ArrivedAt.UtcDateTime:HH}/replay-{QuarantineKeys.IdOf(record, ordinal)}.json.gz"
        );

    /// <summary>The object's content, at its start.</summary>
    /// <param name="posts">In order; may be none.</param>
    /// <param name="taking">Of the lease that it is written under. It stands in gzip's header (RFC 1952), as its time
    /// of modification, where no reader of the lines meets it: so the ETag, a hash of the bytes, differs between
    /// workers that write the same lines.</param>
    public static MemoryStream Write(IReadOnlyList<Post> posts, long taking)
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
        BinaryPrimitives.WriteUInt32LittleEndian(content.GetBuffer().AsSpan(TimeOfModification), (uint)taking);
        content.Position = 0;
        return content;
    }
}
