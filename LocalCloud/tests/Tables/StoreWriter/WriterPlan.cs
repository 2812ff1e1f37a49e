using System.Buffers.Binary;
using System.Text;
using LocalCloud.Tables.Storage;

namespace LocalCloud.Tests.StoreWriter;

/// <summary>The batches of one writer. A seed gives the same batches in the writing process and in the test.</summary>
internal sealed class WriterPlan(int seed, int writer)
{
    private const int Keys = 20;
    private const int StateBytes = 2 * sizeof(int);

    /// <summary>
    /// Returns the key of a writer's state: the number of its last batch, and the batch of another writer that it saw.
    /// </summary>
    public static byte[] StateKey(int writer) => Encoding.UTF8.GetBytes($"state/{writer}");

    public byte[] FirstKey => Encoding.UTF8.GetBytes($"item/{writer:d3}/");

    public byte[] EndKey => Encoding.UTF8.GetBytes($"item/{writer:d3}0");

    /// <summary>Returns the number of the writer's last batch, and the number of the batch that it saw.</summary>
    public static (int Number, int Seen) ReadState(IItemStore store, int writer)
    {
        var state = store.Get(StateKey(writer));
        return state is null
            ? (0, 0)
            : (BinaryPrimitives.ReadInt32LittleEndian(state), BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(4)));
    }

    /// <summary>Returns a batch by its number; the first is 1.</summary>
    public ItemBatch Batch(int number, int seen)
    {
        var random = new Random(HashCode(number));
        var batch = new ItemBatch();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(20))
            {
                case 0:
                    batch.DeletePrefix(Key(1)); // also deletes the keys 10 to 19
                    break;
                case < 4:
                    batch.Delete(Key(random.Next(Keys)));
                    break;
                default:
                    batch.Put(Key(random.Next(Keys)), Value(random));
                    break;
            }
        }
        var state = new byte[StateBytes];
        BinaryPrimitives.WriteInt32LittleEndian(state, number);
        BinaryPrimitives.WriteInt32LittleEndian(state.AsSpan(4), seen);
        batch.Put(StateKey(writer), state);
        return batch;
    }

    private int HashCode(int number) => unchecked((seed * 7919 + writer) * 104729 + number);

    private byte[] Key(int key) => Encoding.UTF8.GetBytes($"item/{writer:d3}/{key}");

    private static byte[] Value(Random random)
    {
        var value = new byte[random.Next(10) == 0 ? random.Next(10_000, 100_000) : random.Next(0, 4000)];
        random.NextBytes(value);
        return value;
    }
}
