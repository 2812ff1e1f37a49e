using System.Collections.Concurrent;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Indexes;

/// <summary>
/// Fills new indexes with the existing items while writes continue. After a restart, an interrupted backfill starts
/// over.
/// </summary>
internal sealed partial class IndexBackfill(
    IItemStore store,
    KeyLocks locks,
    TableCatalog tables,
    ILogger<IndexBackfill> logger
) : IHostedService, IDisposable
{
    private const int ItemsPerWait = 500;
    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private bool _isDisposed;

    /// <summary>Starts filling the indexes of a table that are not complete.</summary>
    public void Start(string table) =>
        _running.AddOrUpdate(
            table,
            name => Task.Run(() => FillAsync(name)),
            (name, running) => running.ContinueWith(_ => FillAsync(name), TaskScheduler.Default).Unwrap()
        );

    /// <summary>Removes the entries of a deleted index.</summary>
    public async Task DeleteAsync(Table table, IndexDefinition index)
    {
        await DeleteEntriesAsync(table, index.Number);
        table.Sizes[index.Number].Set(0, 0);
    }

    /// <summary>Removes the entries of an index by expiry time that is no longer used.</summary>
    public Task DeleteExpiryAsync(Table table, TimeToLiveDefinition expiry) =>
        DeleteEntriesAsync(table, expiry.IndexNumber);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var table in tables.All)
        {
            if (
                table.Definition.TimeToLive is { IsBackfilling: true }
                || table.Definition.GlobalIndexes.Any(index => index.IsBackfilling)
            )
                Start(table.Name);
        }
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed) // A host that is stopped twice has already disposed of its services.
            return;
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _stopping.Dispose();
    }

    private async Task FillExpiryAsync(Table table)
    {
        await FillAsync(table, (batch, current, item) =>
        {
            if (IndexEntry.ExpiryKey(current, item) is { } key)
                batch.Put(key, current.KeyOf(item));
        });
        await tables.ChangeAsync(table.Name, current =>
            current.Definition.TimeToLive is { } filled
            && filled.IndexNumber == table.Definition.TimeToLive!.IndexNumber
                ? current.Definition with
                {
                    TimeToLive = filled with { IsBackfilling = false },
                }
                : current.Definition
        );
    }

    private async Task DeleteEntriesAsync(Table table, ushort number)
    {
        var batch = new ItemBatch();
        batch.DeletePrefix(KeyEncoding.IndexPrefix(table.Definition.Number, number));
        await store.CommitAsync(batch);
    }

    private async Task FillAsync(string name)
    {
        try
        {
            if (tables.Find(name) is not { } table)
                return;
            foreach (var index in table.GlobalIndexes.Where(index => index.Definition.IsBackfilling))
            {
                await FillAsync(table, (batch, current, item) =>
                {
                    if (current.FindIndex(index.Name) is { } target)
                        IndexMaintenance.Backfill(batch, store, current, target, item);
                });
                await tables.ChangeAsync(name, current => WithFilled(current.Definition, index.Definition.Number));
                LogFilled(logger, index.Name, name);
            }
            if (table.Definition.TimeToLive is { IsBackfilling: true })
                await FillExpiryAsync(table);
        }
        catch (AwsException error) when (error.Code is "ResourceNotFoundException")
        {
            // The table was deleted in the meantime.
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next start fills the index from the beginning.
        }
        catch (IOException error)
        {
            LogFailed(logger, error, name);
        }
    }

    // Writes since the definition of the index put their own entries. Reading each item again under its lock keeps an
    // older entry from replacing a newer one.
    private async Task FillAsync(Table table, Action<ItemBatch, Table, AttributeMap> add)
    {
        var durable = Task.CompletedTask;
        var from = table.Prefix;
        while (true)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var keys = NextKeys(table, from);
            if (keys.Count == 0)
                break;
            foreach (var key in keys)
            {
                lock (locks.For(key))
                {
                    var current = tables.Current(table);
                    if (store.Get(key) is not { } stored)
                        continue;
                    var batch = new ItemBatch();
                    add(batch, current, new StoredItem(stored).Item);
                    if (batch.Changes.Count > 0)
                        durable = store.CommitAsync(batch).AsTask();
                }
            }
            await durable;
            from = [.. keys[^1], 0];
        }
    }

    private List<byte[]> NextKeys(Table table, byte[] from)
    {
        var keys = new List<byte[]>();
        using var cursor = store.Scan(from, KeyEncoding.EndOf(table.Prefix), descending: false);
        while (keys.Count < ItemsPerWait && cursor.MoveNext())
            keys.Add(cursor.Key.ToArray());
        return keys;
    }

    private static TableDefinition WithFilled(TableDefinition definition, ushort number) =>
        definition with
        {
            GlobalIndexes =
            [
                .. definition.GlobalIndexes.Select(index =>
                    index.Number == number ? index with { IsBackfilling = false } : index
                ),
            ],
        };

    [LoggerMessage(1, LogLevel.Information, "Index {Index} of table {Table} has been filled")]
    private static partial void LogFilled(ILogger logger, string index, string table);

    [LoggerMessage(2, LogLevel.Error, "Filling the indexes of table {Table} failed; retrying at the next start")]
    private static partial void LogFailed(ILogger logger, Exception error, string table);
}
