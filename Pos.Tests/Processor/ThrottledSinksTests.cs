using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>DynamoDB and Firehose accept only a part of a batch. Only the rest is retried.</summary>
[SystemTest]
public sealed class ThrottledSinksTests : IDisposable
{
    private readonly Stores _stores = Stores.InMemory();

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Only_items_that_DynamoDB_throttles_are_written_again()
    {
        var throttles = new Dictionary<string, int> { ["P2"] = 3, ["P5"] = 1 };
        _stores.Dynamo.Throttles = id => throttles.TryGetValue(id, out var left) && (throttles[id] = left - 1) >= 0;

        await SucceedAsync();

        Assert.Equal(8 + 3 + 1, _stores.Calls.Made.Count(call => call == "dynamodb:UpdateItem"));
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task Permanently_throttled_item_blocks_only_its_record_and_later_ones()
    {
        _stores.Dynamo.Throttles = id => id == "P5";

        var response = await _stores.Handler.HandleAsync(Batch(), lease: null, CancellationToken.None);

        Assert.Equal("5", Assert.Single(response.BatchItemFailures).ItemIdentifier);
        Assert.IsType<Amazon.DynamoDBv2.Model.ProvisionedThroughputExceededException>(response.Cause);
        Assert.Equal(["P1/1=6", "P2/1=6", "P3/1=6", "P4/1=6"], (await _stores.LinesAsync()).Lake);
        _stores.Dynamo.Throttles = _ => false;
        Assert.Empty(
            (
                await _stores.Handler.HandleAsync([.. Batch().Skip(4)], lease: null, CancellationToken.None)
            ).BatchItemFailures
        );
        await AssertAllOnceAsync();
    }

    [Fact]
    public async Task Only_throttled_calls_and_rejected_records_are_put_to_Firehose_again()
    {
        // Three Firehose records. Firehose rejects some of the first call, all of the second, and some of the third.
        var large = Enumerable
            .Range(1, 5)
            .Select(i =>
                Records.Create(
                    i,
                    Samples.Purchase(
                        $"P{i}",
                        lines:
                        [
                            .. Enumerable
                                .Range(1, 1000)
                                .Select(line => Samples.Line(line, description: new string('d', 200))),
                        ]
                    )
                )
            );
        _stores.Calls.Reset(
            (_, operation) =>
                operation == "firehose:PutRecordBatch" && _stores.Calls.Made.Count(call => call == operation) == 2
                    ? Fault.Throttled
                    : Fault.None
        );
        _stores.Firehose.Rejects = (call, entry) => (call, entry) is (1, 0) or (1, 2) or (2, 1);

        Assert.Empty(
            (await _stores.Handler.HandleAsync([.. large], lease: null, CancellationToken.None)).BatchItemFailures
        );

        Assert.Equal(4, _stores.Calls.Made.Count(call => call == "firehose:PutRecordBatch"));
        Assert.Equal(5_000, _stores.Firehose.Rows().Count()); // None twice.
    }

    [Fact]
    public async Task Throttling_by_both_is_retried_within_the_batch()
    {
        var throttles = new Dictionary<string, int> { ["P1"] = 2, ["P8"] = 4 };
        _stores.Dynamo.Throttles = id => throttles.TryGetValue(id, out var left) && (throttles[id] = left - 1) >= 0;
        _stores.Firehose.Rejects = (call, _) => call < 5;

        await SucceedAsync();

        await AssertAllOnceAsync();
    }

    private static StreamRecord[] Batch() =>
        [.. Enumerable.Range(1, 8).Select(i => Records.Create(i, Samples.Purchase($"P{i}")))];

    private async Task SucceedAsync()
    {
        var response = await _stores.Handler.HandleAsync(Batch(), lease: null, CancellationToken.None);
        Assert.Null(response.Cause);
        Assert.Empty(response.BatchItemFailures);
    }

    private async Task AssertAllOnceAsync()
    {
        var lines = await _stores.LinesAsync();
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"P{i}/1=6"), lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
        Assert.Equal(8, _stores.Lake().Count());
        Assert.Equal(8, _stores.Firehose.Rows().Count());
    }
}
