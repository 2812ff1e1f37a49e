using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Updates;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>
/// Reads an item, checks its condition, and writes it with its index entries, under the lock of the item.
/// </summary>
internal sealed class WriteEngine(IItemStore store, KeyLocks locks, TableCatalog tables, TableLimits limits)
{
    /// <summary>Executes one write; the task completes when the write is on disk.</summary>
    /// <exception cref="AwsException">The condition failed, or the update cannot be applied.</exception>
    public async ValueTask<WriteResult> WriteAsync(PreparedWrite write)
    {
        WriteResult result = default;
        AwsException? error = null;
        ValueTask durable;
        lock (locks.For(write.Key))
        {
            write.Table = tables.Current(write.Table);
            var batch = new ItemBatch();
            error = Evaluate(write, batch, out result);
            durable =
                error is null && batch.Changes.Count > 0
                    ? store.CommitAsync(batch)
                    : store.WaitUntilDurableAsync(write.Key);
        }
        await durable;
        return error is null ? result : throw error;
    }

    /// <summary>Adds a write to a batch. The caller holds the lock of the item.</summary>
    /// <returns>The error if the write is rejected; otherwise null.</returns>
    public AwsException? Evaluate(PreparedWrite write, ItemBatch batch, out WriteResult result)
    {
        StoredItem? before = store.Get(write.Key) is { } stored ? new(stored) : null;
        result = new(before, before);
        if (write.Condition?.Matches(before?.Item ?? default) is false)
            return TableErrors.ConditionalCheckFailed(
                write.Request.ReturnValuesOnConditionCheckFailure is "ALL_OLD" ? before?.Item.Encoded.ToArray() : null
            );
        StoredItem? after;
        try
        {
            if (Apply(write, before, out after) is { } refused)
                return refused;
        }
        catch (UpdateException error)
        {
            return TableErrors.Validation(error.Message);
        }
        var units = write.Request.ReturnConsumedCapacity is "TOTAL" or "INDEXES"
            ? new Dictionary<TableIndex, double>()
            : null;
        result = new(before, after) { IndexUnits = units };
        if (limits.Enforced && !limits.TryWrite(write.Table, ConsumedCapacity.WriteUnits(result)))
            return TableLimits.Exceeded();
        if (write.Kind is not WriteKind.Check && !AreSame(before, after))
            IndexMaintenance.Add(batch, write.Table, write.Key, before, after, units);
        return null;
    }

    private static AwsException? Apply(PreparedWrite write, StoredItem? before, out StoredItem? after)
    {
        after = before;
        switch (write.Kind)
        {
            case WriteKind.Delete:
                after = null;
                return null;
            case WriteKind.Put:
                var item = write.Item.Encoded.Span;
                after = StoredItem.Create(item, ItemSize.Measure(item, write.Table.RangeName));
                return null;
            case WriteKind.Update:
                return ApplyUpdate(write, before, out after);
            default:
                return null;
        }
    }

    private static AwsException? ApplyUpdate(PreparedWrite write, StoredItem? before, out StoredItem? after)
    {
        var item = before?.Item ?? write.Item;
        using var buffer = new ValueBuffer(item.Encoded.Length + 1024);
        if (write.Update is null)
            buffer.Append(item.Encoded.Span);
        else
            write.Update.Apply(item, buffer);
        var size = ItemSize.Measure(buffer.Written, write.Table.RangeName);
        after = StoredItem.Create(buffer.Written, size);
        if (size.Item > ItemSize.MaxItem)
            return TableErrors.Validation("Item size to update has exceeded the maximum allowed size");
        foreach (var (attribute, index) in write.Table.IndexKeyAttributes)
        {
            if (
                after.Value.Item[attribute.Utf8] is { IsMissing: false } value
                && value.Type != attribute.Type
                && write.Update?.Plan.Find(attribute.Utf8) is not null
            )
                return TableErrors.Validation(
                    "The update expression attempted to update the secondary index key to unsupported type"
                );
        }
        return KeyRules.CheckIndexKeys(after.Value.Item, write.Table);
    }

    private static bool AreSame(StoredItem? before, StoredItem? after) =>
        before is null
            ? after is null
            : after is not null && before.Value.Bytes.AsSpan().SequenceEqual(after.Value.Bytes);
}
