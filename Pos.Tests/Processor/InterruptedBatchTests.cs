using Pos.Processor.EventSource;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// The process crashes at each of the handler's calls to a store in turn. Its successor uses other batch sizes.
/// </summary>
[SystemTest]
public sealed class InterruptedBatchTests
{
    private static readonly string s_poison = Records
        .Text(Samples.Purchase("X"))
        .Replace("\"quantity\":6", "\"quantity\":0");

    // New and corrected lines of three purchases, and poison: beside valid lines, alone, and as whole records.
    private static readonly StreamRecord[] s_records =
    [
        Records.Create(
            1,
            Samples.Purchase("A", lines: [Samples.Line(1, 11), Samples.Line(2, 12)]),
            Samples.Purchase("B", lines: Samples.Line(1, 11))
        ),
        Records.FromText(2, s_poison, Records.Text(Samples.Purchase("A", lines: Samples.Line(2, 22)))),
        Records.FromText(3, s_poison),
        Records.FromText(4, "foreign", "record"),
        Records.Create(5, Samples.Purchase("B", lines: [Samples.Line(1, 51), Samples.Line(2, 52)])),
        Records.Create(
            6,
            [.. Enumerable.Range(1, 3).Select(i => Samples.Purchase("C", lines: Samples.Line(i, 60 + i)))]
        ),
        Records.FromText(7, Records.Text(Samples.Purchase("A", lines: Samples.Line(1, 71))), "{"),
        Records.Create(8, Samples.Purchase("C", lines: Samples.Line(2, 82))),
    ];

    private static readonly string[] s_lines = ["A/1=71", "A/2=22", "B/1=51", "B/2=52", "C/1=61", "C/2=82", "C/3=63"];

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    [InlineData(8, 1)]
    [InlineData(1, 8)]
    [InlineData(4, 8)]
    public async Task Crash_at_any_call_is_repaired_by_a_redelivery_in_other_batches(int sizeBefore, int sizeAfter)
    {
        string[] quarantine;
        using (var undisturbed = Stores.InMemory())
        {
            await DeliverAsync(undisturbed, 0, sizeBefore);
            await AssertRightAsync(undisturbed);
            quarantine = [.. undisturbed.S3.Keys("quarantine/")];
            Assert.Equal(8, quarantine.Length);
        }

        var crashes = 0;
        foreach (var fault in (Fault[])[Fault.Failed, Fault.ResponseLost])
            for (var call = 1; ; call++)
            {
                using var stores = Stores.InMemory();
                stores.Calls.CrashAt(call, fault);
                var done = await DeliverAsync(stores, 0, sizeBefore);
                if (done == s_records.Length && stores.Calls.Made.Count < call)
                    break;
                crashes++;
                stores.Calls.Reset();

                Assert.Equal(s_records.Length, await DeliverAsync(stores, done, sizeAfter));

                await AssertRightAsync(stores);
                Assert.Equal(quarantine, stores.S3.Keys("quarantine/"));
            }
        Assert.True(crashes > 20, $"{crashes}");
    }

    /// <returns>The checkpoint: the number of records processed when the first batch fails.</returns>
    private static async Task<int> DeliverAsync(Stores stores, int checkpoint, int size)
    {
        while (checkpoint < s_records.Length)
        {
            var batch = s_records[checkpoint..Math.Min(checkpoint + size, s_records.Length)];
            var response = await stores.Handler.HandleAsync(batch, lease: null, CancellationToken.None);
            if (response.BatchItemFailures is [var failure])
                return Array.FindIndex(s_records, record => record.SequenceNumber == failure.ItemIdentifier);
            checkpoint += batch.Length;
        }
        return checkpoint;
    }

    private static async Task AssertRightAsync(Stores stores)
    {
        var lines = await stores.LinesAsync();
        Assert.Equal(s_lines, lines.Lookup);
        Assert.Equal(s_lines, lines.Lake);
        Assert.Equal(s_lines, lines.Warehouse);
        var positions = stores.Lake().Select(entry => entry.Line.GetProperty("position").GetString()).ToArray();
        Assert.Equal(9, positions.Length);
        Assert.Distinct(positions);
    }
}
