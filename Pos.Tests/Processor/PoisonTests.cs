using System.IO.Compression;
using System.Text;
using Pos.Processor.EventSource;
using Pos.Storage;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Processor.Quarantine;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>One poison record among valid ones goes to quarantine alone.</summary>
[SystemTest]
public sealed class PoisonTests(SharedTables tableServer)
{
    private static readonly string s_good = Records.Text(Samples.Purchase("P"));

    /// <summary>Bytes and expected reason of each poison, by name.</summary>
    private static readonly Dictionary<string, (byte[] Bytes, string Reason)> s_poisons = new()
    {
        ["not JSON"] = ("hello"u8.ToArray(), "invalid_json"),
        ["not UTF-8"] = ([.. "{\"purchase_id\":\""u8, 0xc3, 0x28, .. "\"}"u8], "invalid_utf8"),
        ["truncated"] = (Encoding.UTF8.GetBytes(s_good[..(s_good.Length / 2)]), "invalid_json"),
        ["unknown schema"] = (
            Encoding.UTF8.GetBytes(s_good.Replace("\"currency\"", "\"loyalty_points\":3,\"currency\"")),
            "unknown_schema"
        ),
        ["a rule broken"] = (
            Encoding.UTF8.GetBytes(s_good.Replace("\"quantity\":6", "\"quantity\":0")),
            "invalid_purchase"
        ),
        // Together with the lines that the item has already.
        ["too large for an item"] = (Records.Json(Samples.Purchase("LARGE", lines: Large(2_000))), "item_too_large"),
        ["empty"] = ([], "empty_record"),
        ["compressed"] = (Gzipped(), "invalid_utf8"),
        ["a mebibyte of line feeds"] = (Enumerable.Repeat((byte)'\n', 1024 * 1024).ToArray(), "empty_record"),
        ["a mebibyte of short lines"] = (
            Enumerable.Range(0, 1024 * 1024).Select(i => i % 2 == 0 ? (byte)'x' : (byte)'\n').ToArray(),
            "invalid_json"
        ),
    };

    public static TheoryData<string, int> Indexes() =>
        [
            .. s_poisons.Keys.SelectMany(
                poison => new[] { 0, 2, 4 },
                (poison, index) => new TheoryDataRow<string, int>(poison, index)
            ),
        ];

    [Theory, MemberData(nameof(Indexes))]
    public async Task Poison_goes_to_quarantine_alone_wherever_it_is_in_the_batch(string poison, int index)
    {
        using var stores = Stores.InMemory();
        await SucceedAsync(stores, Records.Create(1, Samples.Purchase("LARGE", lines: Large(1_000))));

        await SucceedAsync(stores, Batch(poison, index, firstSequence: 2));

        var id = Assert.Single(
            (await stores.Listing.PageAsync(new(null, null, null, null), 10, null, CancellationToken.None)).Entries
        );
        Assert.Equal($"{2 + index}", id.Entry.SequenceNumber);
        Assert.Contains(
            s_poisons[poison].Reason,
            stores.S3.Keys("quarantine/").Single(key => key.EndsWith(".json", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Equal(
            s_poisons[poison].Bytes.AsSpan().TrimEnd((byte)'\n').ToArray(),
            (await stores.Quarantine.ReadRawAsync(id.Id, CancellationToken.None)).AsSpan().TrimEnd((byte)'\n').ToArray()
        );
        var expected = Expected(index, 2)
            .Concat(Enumerable.Range(1_000, 600).Select(line => $"LARGE/{line}=6"))
            .Order(StringComparer.Ordinal);
        var lines = await stores.LinesAsync();
        Assert.Equal(expected, lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
    }

    [Fact]
    public async Task Every_poison_at_every_index_goes_to_quarantine_alone_with_real_stores()
    {
        await using var processor = await ProcessorServer.StartAsync(tableServer);
        await processor.HandleAsync(Records.Create(1, Samples.Purchase("LARGE", lines: Large(1_000))));
        var sequence = 2;
        var quarantined = new List<(string, string)>();
        var expected = new List<string>(Enumerable.Range(1_000, 600).Select(line => $"LARGE/{line}=6"));
        foreach (var (poison, (_, reason)) in s_poisons)
        foreach (var index in (int[])[0, 2, 4])
        {
            await processor.HandleAsync(Batch(poison, index, sequence));
            expected.AddRange(Expected(index, sequence));
            quarantined.Add(($"{sequence + index}", reason));
            sequence += 5;
        }

        var entries = (await processor.GetAsync("/quarantine?limit=200"))["entries"]!.AsArray();
        Assert.Equal(
            quarantined,
            entries.Reverse().Select(entry => ((string)entry!["sequence_number"]!, (string)entry["reason"]!))
        );
        var lines = await processor.LinesAsync();
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
    }

    /// <summary>Creates five records, one of them poison.</summary>
    private static StreamRecord[] Batch(string poison, int index, int firstSequence) =>
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i =>
                    i == index
                        ? Records.Create(firstSequence + i, s_poisons[poison].Bytes)
                        : Records.Create(firstSequence + i, Samples.Purchase($"P{firstSequence + i}"))
                ),
        ];

    private static IEnumerable<string> Expected(int index, int firstSequence) =>
        Enumerable.Range(0, 5).Where(i => i != index).Select(i => $"P{firstSequence + i}/1=6");

    private static Pos.Contracts.PurchaseLine[] Large(int from) =>
        [.. Enumerable.Range(from, 600).Select(i => Samples.Line(i, description: new string('x', 400)))];

    private static byte[] Gzipped()
    {
        var content = new MemoryStream();
        using (var gzip = new GZipStream(content, CompressionLevel.Optimal))
            gzip.Write(Records.Json(Samples.Purchase("P")));
        return content.ToArray();
    }

    private static async Task SucceedAsync(Stores stores, params StreamRecord[] batch)
    {
        var response = await stores.Handler.HandleAsync(batch, lease: null, CancellationToken.None);
        Assert.Null(response.Cause);
        Assert.Empty(response.BatchItemFailures);
    }
}
