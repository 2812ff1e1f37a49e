using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Transactions;

/// <summary>Implements TransactGetItems: up to 100 items as of one moment.</summary>
internal sealed class TransactGetOperation(
    IItemStore store,
    KeyLocks locks,
    TableCatalog tables,
    ReadOperations reads,
    TableLimits limits
)
{
    private const int MaxItems = 100;
    private const int MaxBytes = 4 * 1024 * 1024;

    public async Task GetAsync(TransactGetRequest request, Utf8JsonWriter json)
    {
        Check(request);
        var gets = request.Items!.ConvertAll(get => Prepare(get!));
        if (gets.DistinctBy(get => Convert.ToHexString(get.Key)).Count() < gets.Count)
            throw TableErrors.Validation("Transaction request cannot include multiple operations on one item");
        var items = locks.WithAll(gets.Select(get => get.Key), () =>
            gets.ConvertAll(get => store.Get(get.Key) is { } stored ? new StoredItem(stored) : (StoredItem?)null)
        );
        await store.WaitUntilDurableAsync();
        if (items.Sum(item => (long)(item?.Size.Item ?? 0)) > MaxBytes)
            throw TableErrors.Validation("Collection size of items in transaction has exceeded the limit of 4 MB");
        var capacities = Capacities(gets, items);
        json.WriteStartObject();
        json.WriteStartArray("Responses"u8);
        for (var i = 0; i < gets.Count; i++)
        {
            json.WriteStartObject();
            if (items[i] is { } item)
            {
                json.WritePropertyName("Item"u8);
                ReadOperations.WriteItem(json, item.Item.Encoded.Span, gets[i].Projection);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
        {
            json.WriteStartArray("ConsumedCapacity"u8);
            foreach (var capacity in capacities)
                capacity.Write(json, request.ReturnConsumedCapacity);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Check(TransactGetRequest request)
    {
        var constraints = new Constraints().OneOf(
            "returnConsumedCapacity",
            request.ReturnConsumedCapacity,
            "INDEXES",
            "TOTAL",
            "NONE"
        );
        TransactConstraints.Items(constraints, request.Items?.Count, MaxItems);
        for (var i = 0; i < request.Items?.Count; i++)
        {
            var member = $"transactItems.{i + 1}.member.get";
            var get = request.Items[i];
            constraints.Required(member, get);
            if (get is not null)
                constraints
                    .Required($"{member}.key", get.Key)
                    .Required($"{member}.tableName", get.TableName)
                    .ResourceName($"{member}.tableName", get.TableName);
        }
        constraints.Enforce();
    }

    private Get Prepare(ItemRequest request)
    {
        ReadOperations.CheckProjectionParameters(request);
        WritePreparation.RejectInvalid(request.Key!);
        var projection = reads.Projection(request);
        var table = tables.Get(request.TableName!);
        if ((KeyRules.CheckKey(request.Key!, table.Key) ?? ReadOperations.CheckPaths(projection, table)) is { } error)
            throw error;
        return new(table, table.KeyOf(request.Key!.Map), projection);
    }

    private List<ConsumedCapacity> Capacities(List<Get> gets, List<StoredItem?> items)
    {
        var capacities = new Dictionary<string, (Table Table, ConsumedCapacity Capacity)>(StringComparer.Ordinal);
        for (var i = 0; i < gets.Count; i++)
        {
            var table = gets[i].Table;
            if (!capacities.TryGetValue(table.Name, out var known))
                capacities[table.Name] = known = (table, new(table) { IsTransaction = true });
            known.Capacity.Add(2 * ConsumedCapacity.ReadUnits(items[i]?.Size.Item ?? 0, consistent: true));
        }
        foreach (var (table, capacity) in capacities.Values)
            limits.Read(table, capacity.Total);
        return [.. capacities.Values.Select(known => known.Capacity)];
    }

    private sealed record Get(Table Table, byte[] Key, Projection? Projection);
}
