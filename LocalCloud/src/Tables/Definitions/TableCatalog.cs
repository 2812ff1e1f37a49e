using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Storage;

namespace LocalCloud.Tables.Definitions;

/// <summary>Keeps all tables. Their definitions are in the same store as their items.</summary>
internal sealed class TableCatalog : IDisposable
{
    private const byte DefinitionMark = (byte)'D';
    private static readonly byte[] s_lastNumberKey = "C"u8.ToArray();

    private readonly IItemStore _store;
    private readonly KeyLocks _locks;
    private readonly SemaphoreSlim _changes = new(1);
    private readonly ConcurrentDictionary<string, Table> _tables = new(StringComparer.Ordinal);
    private uint _lastNumber;

    /// <summary>Loads the definitions.</summary>
    public TableCatalog(IItemStore store, KeyLocks locks)
    {
        (_store, _locks) = (store, locks);
        if (store.Get(s_lastNumberKey) is { } number)
            _lastNumber = BinaryPrimitives.ReadUInt32BigEndian(number);
        using var cursor = store.Scan([DefinitionMark], [DefinitionMark + 1], descending: false);
        while (cursor.MoveNext())
        {
            var definition = JsonSerializer.Deserialize(cursor.Value, TableDefinitionJson.Default.TableDefinition)!;
            _tables[definition.Name] = new(definition, null);
        }
    }

    public IEnumerable<Table> All => _tables.Values;

    public Table? Find(string name) => _tables.GetValueOrDefault(name);

    /// <exception cref="AwsException">ResourceNotFoundException with the message of item operations.</exception>
    public Table Get(string name) => Find(name) ?? throw TableErrors.NotFound();

    /// <summary>Returns the newest version of the table.</summary>
    /// <exception cref="AwsException">ResourceNotFoundException: the table was deleted meanwhile.</exception>
    public Table Current(Table table) =>
        Find(table.Name) is { } current && current.Definition.Number == table.Definition.Number
            ? current
            : throw TableErrors.NotFound();

    /// <summary>Adds a table.</summary>
    /// <param name="create">Creates the definition from the number of the table.</param>
    /// <exception cref="AwsException">ResourceInUseException: a table of that name exists.</exception>
    public async Task<Table> CreateAsync(string name, Func<uint, TableDefinition> create)
    {
        await _changes.WaitAsync();
        try
        {
            if (Find(name) is not null)
                throw TableErrors.InUse($"Table already exists: {name}");
            var definition = create(++_lastNumber);
            var batch = new ItemBatch();
            var number = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(number, _lastNumber);
            batch.Put(s_lastNumberKey, number);
            Put(batch, definition);
            await _store.CommitAsync(batch);
            return _tables[name] = new(definition, null);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Changes a table's definition. Every write that begins after the call uses the new one.</summary>
    /// <exception cref="AwsException">The table does not exist, or <paramref name="change"/> throws.</exception>
    public async Task<Table> ChangeAsync(string name, Func<Table, TableDefinition> change)
    {
        await _changes.WaitAsync();
        try
        {
            var table = Find(name) ?? throw TableErrors.TableNotFound(name);
            var definition = change(table);
            if (definition == table.Definition)
                return table;
            var batch = new ItemBatch();
            Put(batch, definition);
            await _store.CommitAsync(batch);
            var changed = _tables[name] = new(definition, table);
            _locks.WaitForRunning();
            return changed;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Removes a table with its items and indexes.</summary>
    /// <exception cref="AwsException">The table does not exist, or <paramref name="check"/> throws.</exception>
    public async Task<Table> DeleteAsync(string name, Action<Table> check)
    {
        await _changes.WaitAsync();
        try
        {
            var table = Find(name) ?? throw TableErrors.TableNotFound(name);
            check(table);
            _tables.TryRemove(name, out _);
            _locks.WaitForRunning();
            var batch = new ItemBatch();
            batch.Delete(DefinitionKey(name));
            batch.DeletePrefix(KeyEncoding.TablePrefix(table.Definition.Number));
            batch.DeletePrefix(TableCounts.Key(table.Definition.Number));
            await _store.CommitAsync(batch);
            return table;
        }
        finally
        {
            _changes.Release();
        }
    }

    public void Dispose() => _changes.Dispose();

    private static void Put(ItemBatch batch, TableDefinition definition) =>
        batch.Put(
            DefinitionKey(definition.Name),
            JsonSerializer.SerializeToUtf8Bytes(definition, TableDefinitionJson.Default.TableDefinition)
        );

    private static byte[] DefinitionKey(string name) => [DefinitionMark, .. Encoding.UTF8.GetBytes(name)];
}
