using System.Globalization;
using System.IO.Compression;
using System.Text;
using Pos.Processor.EventSource;

namespace Pos.Processor.Lake;

/// <summary>
/// The posts of a batch as one gzipped NDJSON object. A line is the stream's, byte for byte, with the post's position as a last field: who
/// reads the lake finds the newest version of a line, and replays it in order, without asking where a line came from.
/// <code>{"purchase_id":"536365", … ,"ingested_at":"2026-03-04T05:06:07Z","position":"0000…898-000003"}</code>
/// </summary>
internal static class LakeObject
{
    /// <summary>Named after the batch's first record with a purchase, so that the batch's redelivery overwrites it.</summary>
    public static string KeyOf(StreamRecord first) => string.Create(CultureInfo.InvariantCulture,
        $"purchases/date={first.ArrivedAt.UtcDateTime:yyyy-MM-dd}/hour={first.ArrivedAt.UtcDateTime:HH}/{first.ShardId}-{first.SequenceNumber}.json.gz");

    /// <summary>The object's content, at its start.</summary>
    public static MemoryStream Write(IReadOnlyList<Post> posts)
    {
        var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(gzip, 64 * 1024))
        {
            Span<byte> position = stackalloc byte[128];
            foreach (var post in posts)
            {
                // An accepted purchase is an object that is not empty: what stands before its last brace takes another field.
                buffered.Write(post.Json.Span[..^1]);
                buffered.Write(",\"position\":\""u8);
                buffered.Write(position[..Encoding.ASCII.GetBytes(post.Position, position)]);
                buffered.Write("\"}\n"u8);
            }
        }
        content.Position = 0;
        return content;
    }
}
