using System.Globalization;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using LocalCloud.Tests.StoreWriter;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>
/// Kills a process that writes to the store with SIGKILL at random moments. <c>POS_SOAK_SEEDS=50</c> runs fifty seeds
/// instead of a few.
/// </summary>
[SystemTest("POS_SOAK_SEEDS")]
public sealed class ItemStoreKillTests
{
    private const int Kills = 3;

    public static TheoryData<int> Seeds =>
        [
            .. Enumerable.Range(
                1,
                int.TryParse(
                    Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"),
                    CultureInfo.InvariantCulture,
                    out var soak
                )
                    ? soak
                    : 3
            ),
        ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_killed_store_keeps_every_acknowledged_batch_complete_and_in_order(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var writers = random.Next(2, 17);
        var models = Enumerable.Range(0, writers).Select(writer => new WriterModel(seed, writer, writers)).ToList();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = new StoreWriterProcess(folder.Path, seed, writers);
            var enough = random.Next(1, 1500);
            await Wait.UntilAsync(() => process.Count >= enough || process.HasExited);
            Assert.False(process.HasExited);
            await Task.Delay(random.Next(20));
            var acknowledged = await process.KillAsync();

            using var store = RocksItemStore.Open(folder.Path, Writers.SmallFiles, NullLogger.Instance);
            foreach (var model in models)
                model.Check(store, acknowledged[model.Writer]);
        }
    }

    /// <summary>Tracks the batches of one writer.</summary>
    private sealed class WriterModel(int seed, int writer, int writers)
    {
        private readonly WriterPlan _plan = new(seed, writer);
        private readonly SortedDictionary<byte[], byte[]> _items = new(ByteOrder.Instance);
        private int _number;

        public int Writer => writer;

        public void Check(RocksItemStore store, int acknowledged)
        {
            var (number, seen) = WriterPlan.ReadState(store, writer);
            // A writer waits for each batch, so at most one batch was not acknowledged.
            var last = Math.Max(acknowledged, _number);
            Assert.InRange(number, last, last + 1);
            // A batch that saw another batch was applied after it.
            Assert.InRange(seen, 0, WriterPlan.ReadState(store, (writer + 1) % writers).Number);
            while (_number < number)
                Apply(_plan.Batch(++_number, seen: 0));
            using var cursor = store.Scan(_plan.FirstKey, _plan.EndKey, descending: false);
            foreach (var (key, value) in _items)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(key, cursor.Key);
                Assert.True(cursor.Value.SequenceEqual(value));
            }
            Assert.False(cursor.MoveNext());
        }

        private void Apply(ItemBatch batch)
        {
            foreach (var (kind, key, value) in batch.Changes)
            {
                if (!key.AsSpan().StartsWith(_plan.FirstKey))
                    continue; // the state of the writer
                if (kind == ItemChangeKind.Put)
                    _items[key] = value;
                else if (kind == ItemChangeKind.Delete)
                    _items.Remove(key);
                else
                    foreach (var deleted in _items.Keys.Where(other => other.AsSpan().StartsWith(key)).ToList())
                        _items.Remove(deleted);
            }
        }
    }
}
