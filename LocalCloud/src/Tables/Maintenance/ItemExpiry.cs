using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Maintenance;

/// <summary>Deletes expired items.</summary>
internal sealed class ItemExpiry(IItemStore store, KeyLocks locks, TableCatalog tables, TimeProvider time)
{
    // DynamoDB ignores times more than five years in the past (Developer Guide, "Time to live").
    private static readonly TimeSpan s_maxAge = TimeSpan.FromDays(5 * 365);
    private const int ItemsPerWait = 500;

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables.All)
        {
            if (table.Expiry is not null)
                await SweepAsync(table, cancellationToken);
        }
    }

    private async Task SweepAsync(Table table, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (from, to) = (Bound(table, now - s_maxAge), Bound(table, now));
        while (!cancellationToken.IsCancellationRequested && Next(from, to) is { Count: > 0 } expired)
        {
            var durable = Task.CompletedTask;
            foreach (var key in expired)
                durable = Delete(table, key, now) ?? durable;
            await durable;
            // Stop here: items that changed in the meantime are not deleted, and would be found again.
            if (expired.Count < ItemsPerWait)
                break;
        }
    }

    private Task? Delete(Table table, byte[] key, DateTimeOffset now)
    {
        lock (locks.For(key))
        {
            if (
                tables.Find(table.Name) is not { Expiry: not null } current
                || current.Definition.Number != table.Definition.Number
                || store.Get(key) is not { } stored
            )
                return null;
            var item = new StoredItem(stored);
            if (!IsExpired(item.Item[current.Expiry.Attribute], now))
                return null;
            var batch = new ItemBatch();
            IndexMaintenance.Add(batch, current, key, item, null);
            return store.CommitAsync(batch).AsTask();
        }
    }

    private static bool IsExpired(AttributeValue value, DateTimeOffset now) =>
        value.Is(AttributeType.N)
        && NumberText.Compare(value.Content, Seconds(now).Content) < 0
        && NumberText.Compare(value.Content, Seconds(now - s_maxAge).Content) >= 0;

    private List<byte[]> Next(byte[] from, byte[] to)
    {
        var keys = new List<byte[]>();
        using var cursor = store.Scan(from, to, descending: false);
        while (keys.Count < ItemsPerWait && cursor.MoveNext())
            keys.Add(cursor.Value.ToArray());
        return keys;
    }

    private static byte[] Bound(Table table, DateTimeOffset at)
    {
        using var buffer = new ValueBuffer(64);
        buffer.Append(table.Expiry!.Prefix);
        KeyEncoding.AppendSortable(buffer, Seconds(at));
        return buffer.Written.ToArray();
    }

    private static AttributeValue Seconds(DateTimeOffset at) => AttributeValue.FromNumber(at.ToUnixTimeSeconds());
}
