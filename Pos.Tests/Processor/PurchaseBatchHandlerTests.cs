using System.Buffers;
using System.Text;
using System.Text.Json;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor;

[SystemTest]
public sealed class PurchaseBatchHandlerTests(SharedTables tableServer) : IAsyncLifetime
{
    private const string Shard = "shardId-000000000000";
    private const string Quarantine = $"quarantine/8227399232999-{Shard}"; // Samples.Arrival, counted down
    private Stores _stores = null!;

    public async ValueTask InitializeAsync() => _stores = await Stores.CreateAsync(tableServer);

    public ValueTask DisposeAsync()
    {
        _stores.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Batch_reaches_all_three_stores_with_the_same_lines()
    {
        await SucceedAsync(
            Record(1, Samples.Purchase("A", lines: [Samples.Line(1, 5), Samples.Line(2, 7)]), Samples.Purchase("B")),
            Record(2, Samples.Purchase("A"))
        );

        var lines = await _stores.LinesAsync();
        Assert.Equal(["A/1=6", "A/2=7", "B/1=6"], lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
    }

    [Fact]
    public async Task Lake_line_is_the_streams_line_with_its_position()
    {
        var record = Record(7, Samples.Purchase("A"), Samples.Purchase("B"));

        await SucceedAsync(record);

        var lines = Encoding.UTF8.GetString(record.Data.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            lines.Select(
                (line, ordinal) =>
                    (
                        $"purchases/date=2026-03-04/hour=05/{Shard}-7.json.gz",
                        $"{line[..^1]},\"position\":\"{Position.Create("7", ordinal)}\"}}"
                    )
            ),
            _stores.Lake().Select(entry => (entry.Key, entry.Line.GetRawText()))
        );
    }

    [Fact]
    public async Task Lake_line_is_read_back_with_its_position_and_rejected_as_a_stream_line()
    {
        var purchase = Samples.Purchase("A");
        await SucceedAsync(Record(7, purchase));
        var line = Encoding.UTF8.GetBytes(Assert.Single(_stores.Lake()).Line.GetRawText());

        var fromLake = PurchaseReader.ReadFromLake(line);
        Assert.Equal(Position.Create("7", 0), fromLake.Accepted!.Position);
        Assert.Equal(purchase.Lines, fromLake.Accepted.Purchase.Lines);
        Assert.Equal("unknown_field", Assert.Single(PurchaseReader.ReadAccepted(line).Errors).Code);
        Assert.Equal("required", Assert.Single(PurchaseReader.ReadFromLake(Json(purchase)).Errors).Code);
        Assert.Equal(
            "invalid_format",
            Assert
                .Single(
                    PurchaseReader
                        .ReadFromLake(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace("-000000", "-x")))
                        .Errors
                )
                .Code
        );
    }

    [Theory]
    [InlineData("not json", "invalid_json")]
    [InlineData("{\"purchase_id\":\"536365\",\"lines\":[{\"li", "invalid_json")]
    [InlineData("{\"purchase_id\":\"\"}", "invalid_purchase")]
    [InlineData("{\"purchase_id\":\"X\",\"loyalty\":1}", "unknown_schema")]
    [InlineData("\u00ff", "invalid_utf8")]
    public async Task Poison_in_the_middle_of_a_record_goes_to_quarantine_alone(string poison, string reason)
    {
        var bytes = Encoding.Latin1.GetBytes(poison);
        var record = Record(1, [.. Json(Samples.Purchase("A")), .. bytes, (byte)'\n', .. Json(Samples.Purchase("B"))]);

        await SucceedAsync(record, Record(2, Samples.Purchase("C")));

        var key = $"{Quarantine}-1-000001";
        Assert.Equal(
            new[] { $"{key}.{reason}.json", $"{key}.raw" }.Order(StringComparer.Ordinal),
            _stores.S3.Keys("quarantine/")
        );
        Assert.Equal(bytes, _stores.S3.Objects[$"{key}.raw"]);
        var entry = JsonElement.Parse(_stores.S3.Objects[$"{key}.{reason}.json"]);
        Assert.Equal(reason, entry.GetProperty("reason").GetString());
        Assert.Equal(Shard, entry.GetProperty("shard_id").GetString());
        Assert.Equal("1", entry.GetProperty("sequence_number").GetString());
        Assert.Equal(1, entry.GetProperty("ordinal").GetInt32());
        Assert.NotEmpty(entry.GetProperty("errors").EnumerateArray());
        var lines = await _stores.LinesAsync();
        Assert.Equal(["A/1=6", "B/1=6", "C/1=6"], lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
        Assert.Equal(
            Position.Create("1", 2),
            _stores
                .Lake()
                .Single(entry => entry.Line.GetProperty("purchase_id").GetString() == "B")
                .Line.GetProperty("position")
                .GetString()
        );
    }

    [Fact]
    public async Task Record_without_a_valid_line_goes_to_quarantine_whole()
    {
        var foreign = "\u001f\u008b compressed\nor otherwise\nforeign"u8.ToArray();

        await SucceedAsync(Record(1, foreign), Record(2, Array.Empty<byte>()), Record(3, Samples.Purchase("A")));

        Assert.Equal(
            [
                $"{Quarantine}-1-record.invalid_json.json",
                $"{Quarantine}-1-record.raw",
                $"{Quarantine}-2-record.empty_record.json",
                $"{Quarantine}-2-record.raw",
            ],
            _stores.S3.Keys("quarantine/")
        );
        Assert.Equal(foreign, _stores.S3.Objects[$"{Quarantine}-1-record.raw"]);
    }

    [Fact]
    public async Task Record_with_too_many_lines_for_a_position_blocks_nothing()
    {
        await SucceedAsync(
            Record(1, [.. Enumerable.Repeat((byte)'\n', 1_000_000), .. Json(Samples.Purchase("A"))]),
            Record(2, Samples.Purchase("B"))
        );

        Assert.Equal(["B/1=6"], (await _stores.LinesAsync()).Lookup);
        Assert.Equal(
            [$"{Quarantine}-1-record.invalid_purchase.json", $"{Quarantine}-1-record.raw"],
            _stores.S3.Keys("quarantine/")
        );
    }

    [Fact]
    public async Task Redelivery_in_the_same_or_other_batches_changes_nothing()
    {
        StreamRecord[] records =
        [
            .. Enumerable
                .Range(1, 9)
                .Select(i =>
                    i == 4
                        ? Record(i, "poison"u8.ToArray())
                        : Record(i, Samples.Purchase($"P{i % 3}", lines: Samples.Line(i, i)))
                ),
        ];
        _stores.S3.IsUnavailable = true; // An attempt that fails halfway.
        Assert.Equal(
            "1",
            Assert
                .Single(
                    (await _stores.Handler.HandleAsync(records, lease: null, CancellationToken.None)).BatchItemFailures
                )
                .ItemIdentifier
        );
        _stores.S3.IsUnavailable = false;
        await SucceedAsync(records);
        var once = await _stores.LinesAsync();

        // Redeliver in other batches, as after a crash before the checkpoint.
        foreach (var size in (int[])[9, 4, 2, 5])
        foreach (var batch in records.Chunk(size))
            await SucceedAsync(batch);

        var again = await _stores.LinesAsync();
        Assert.Equal(once.Lookup, again.Lookup);
        Assert.Equal(once.Lake, again.Lake);
        Assert.Equal(once.Warehouse, again.Warehouse);
        Assert.Equal(2, _stores.S3.Keys("quarantine/").Count);
    }

    [Fact]
    public async Task Lake_object_of_a_failed_batch_is_overwritten_by_the_next_attempt_however_it_is_split()
    {
        StreamRecord[] records = [.. Enumerable.Range(1, 6).Select(i => Record(i, Samples.Purchase($"P{i}")))];
        // The lake has the batch; the warehouse does not, and the checkpoint stays.
        _stores.Firehose.Rejects = (_, _) => true;
        Assert.Equal(
            "1",
            Assert
                .Single(
                    (await _stores.Handler.HandleAsync(records, lease: null, CancellationToken.None)).BatchItemFailures
                )
                .ItemIdentifier
        );
        _stores.Firehose.Rejects = (_, _) => false;

        await SucceedAsync(records[..2]);
        await SucceedAsync(records[2..]);

        Assert.Equal(
            ["P1", "P2", "P3", "P4", "P5", "P6"],
            _stores.Lake().Select(entry => entry.Line.GetProperty("purchase_id").GetString())
        );
    }

    [Fact]
    public async Task Purchase_that_exceeds_the_item_size_is_in_quarantine_and_in_no_store()
    {
        var large = Enumerable
            .Range(1, 2)
            .Select(half =>
                Record(
                    half,
                    Samples.Purchase(
                        "A",
                        lines:
                        [
                            .. Enumerable
                                .Range(half * 1000, 600)
                                .Select(i => Samples.Line(i, description: new string('x', 400))),
                        ]
                    )
                )
            )
            .ToArray();

        await SucceedAsync([.. large, Record(3, Samples.Purchase("B"))]);

        var key = $"{Quarantine}-2-000000";
        Assert.Equal([$"{key}.item_too_large.json", $"{key}.raw"], _stores.S3.Keys("quarantine/"));
        Assert.Equal(large[1].Data.TrimEnd((byte)'\n').ToArray(), _stores.S3.Objects[$"{key}.raw"]);
        var lines = await _stores.LinesAsync();
        Assert.Equal(601, lines.Lookup.Length);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
    }

    [Fact]
    public async Task Only_rows_that_Firehose_rejects_are_put_again()
    {
        // More than one Firehose record: 5,000 rows of about 500 bytes.
        var purchases = Enumerable
            .Range(1, 5)
            .Select(i =>
                Samples.Purchase(
                    $"P{i}",
                    lines:
                    [
                        .. Enumerable
                            .Range(1, 1000)
                            .Select(line => Samples.Line(line, description: new string('d', 200))),
                    ]
                )
            );
        _stores.Firehose.Rejects = (call, entry) => call == 1 && entry == 1;

        await SucceedAsync([.. purchases.Select((purchase, i) => Record(i + 1, purchase))]);

        Assert.Equal(5000, _stores.Firehose.Rows().Count());
        Assert.Equal(2, _stores.Firehose.Calls);
        Assert.All(_stores.Firehose.Records, record => Assert.InRange(record.Length, 1, 1_000 * 1024));
        Assert.True(_stores.Firehose.Records.Count > 1);
    }

    [Fact]
    public async Task Discarded_record_is_whole_in_quarantine_and_removed_from_the_lake()
    {
        var record = Record(1, Samples.Purchase("A"));
        _stores.Firehose.Rejects = (_, _) => true;
        await _stores.Handler.HandleAsync([record], lease: null, CancellationToken.None);
        Assert.Single(_stores.Lake());

        await _stores.Handler.DiscardAsync(
            record,
            QuarantineReason.RetriesExhausted,
            lease: null,
            CancellationToken.None
        );

        // The object stays, without lines, so that a stalled worker cannot create it again.
        Assert.Empty(_stores.Lake());
        Assert.Equal(record.Data.ToArray(), _stores.S3.Objects[$"{Quarantine}-1-record.raw"]);
    }

    private async Task SucceedAsync(params StreamRecord[] batch)
    {
        var response = await _stores.Handler.HandleAsync(batch, lease: null, CancellationToken.None);
        Assert.Null(response.Cause);
        Assert.Empty(response.BatchItemFailures);
    }

    private static StreamRecord Record(int sequence, params Purchase[] purchases) =>
        Record(sequence, [.. purchases.SelectMany(Json)]);

    private static StreamRecord Record(int sequence, byte[] data) =>
        new(Shard, $"{sequence}", "key", Samples.Arrival, data);

    private static byte[] Json(Purchase purchase)
    {
        var json = new ArrayBufferWriter<byte>();
        PurchaseWriter.WriteAccepted(json, new(purchase, Samples.Arrival));
        return json.WrittenSpan.ToArray();
    }
}
