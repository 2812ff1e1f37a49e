using System.Buffers;
using System.Text;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Storage;

namespace Pos.Tests.Processor;

/// <summary>Makes stream records as ingest would, and such as it never would.</summary>
internal static class Records
{
    public const string Shard = "shardId-000000000000";

    public static StreamRecord Of(int sequence, params Purchase[] purchases) =>
        Of(sequence, [.. purchases.SelectMany(Json)]);

    /// <summary>A record of these lines of text.</summary>
    public static StreamRecord OfText(int sequence, params string[] lines) =>
        Of(sequence, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    /// <summary>Each arrives a second after the one before.</summary>
    public static StreamRecord Of(int sequence, byte[] data) =>
        new(Shard, $"{sequence}", "key", Posts.Arrival.AddSeconds(sequence), data);

    /// <summary>One line of a record, with its line feed.</summary>
    public static byte[] Json(Purchase purchase)
    {
        var json = new ArrayBufferWriter<byte>();
        PurchaseWriter.WriteAccepted(json, new(purchase, Posts.Arrival));
        return json.WrittenSpan.ToArray();
    }

    public static string Text(Purchase purchase) => Encoding.UTF8.GetString(Json(purchase)).TrimEnd('\n');
}
