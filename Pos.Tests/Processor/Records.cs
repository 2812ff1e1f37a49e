using System.Buffers;
using System.Text;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Storage;

namespace Pos.Tests.Processor;

/// <summary>Creates stream records: those that ingest writes, and malformed ones.</summary>
internal static class Records
{
    public const string Shard = "shardId-000000000000";

    public static StreamRecord Create(int sequence, params Purchase[] purchases) =>
        Create(sequence, [.. purchases.SelectMany(Json)]);

    /// <summary>Creates a record whose data is these lines of text.</summary>
    public static StreamRecord FromText(int sequence, params string[] lines) =>
        Create(sequence, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    /// <summary>Record <c>n</c> arrives <c>n</c> seconds after <see cref="Samples.Arrival"/>.</summary>
    public static StreamRecord Create(int sequence, byte[] data) =>
        new(Shard, $"{sequence}", "key", Samples.Arrival.AddSeconds(sequence), data);

    /// <summary>Returns the purchase as one line of a record, with its line feed.</summary>
    public static byte[] Json(Purchase purchase)
    {
        var json = new ArrayBufferWriter<byte>();
        PurchaseWriter.WriteAccepted(json, new(purchase, Samples.Arrival));
        return json.WrittenSpan.ToArray();
    }

    public static string Text(Purchase purchase) => Encoding.UTF8.GetString(Json(purchase)).TrimEnd('\n');
}
