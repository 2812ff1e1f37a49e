using System.Text;
using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Transactions;

/// <summary>Implements TransactWriteItems: up to 100 writes and condition checks, all or none.</summary>
internal sealed class TransactWriteOperation(
    IItemStore store,
    KeyLocks locks,
    TableCatalog tables,
    WritePreparation preparation,
    WriteEngine engine,
    RequestTokens tokens,
    ItemCollections collections
)
{
    private const int MaxItems = 100;
    private const int MaxToken = 36;
    private const int MaxBytes = 4 * 1024 * 1024;

    public async Task WriteAsync(TransactWriteRequest request, ReadOnlyMemory<byte> body, Utf8JsonWriter json)
    {
        Check(request);
        var writes = Prepare(request);
        var token = request.ClientRequestToken is { } text ? RequestTokens.Key(text) : null;
        var fingerprint = token is null ? [] : Fingerprint(body);
        var results = new WriteResult[writes.Count];
        var errors = new AwsException?[writes.Count];
        var keys = writes.Select(write => write.Key).Concat(token is null ? [] : [token]);
        var isRepeated = false;
        await locks.WithAll(keys, () =>
        {
            if (token is not null && tokens.IsRepeated(token, fingerprint))
            {
                isRepeated = true;
                return store.WaitUntilDurableAsync(token);
            }
            var batch = new ItemBatch();
            for (var i = 0; i < writes.Count; i++)
            {
                writes[i].Table = tables.Current(writes[i].Table);
                errors[i] = engine.Evaluate(writes[i], batch, out results[i]);
            }
            if (errors.Any(error => error is not null))
                return store.WaitUntilDurableAsync();
            if (token is not null)
                tokens.Remember(batch, token, fingerprint);
            return store.CommitAsync(batch);
        });
        if (errors.Any(error => error is not null))
            throw Cancellation.Create(errors);
        json.WriteStartObject();
        WriteCapacity(request, writes, results, isRepeated, json);
        WriteMetrics(request, writes, json);
        json.WriteEndObject();
    }

    private static void Check(TransactWriteRequest request)
    {
        var constraints = new Constraints()
            .OneOf("returnConsumedCapacity", request.ReturnConsumedCapacity, "INDEXES", "TOTAL", "NONE")
            .OneOf("returnItemCollectionMetrics", request.ReturnItemCollectionMetrics, "SIZE", "NONE")
            .Length("clientRequestToken", request.ClientRequestToken, 1, MaxToken);
        TransactConstraints.Items(constraints, request.Items?.Count, MaxItems).Enforce();
        for (var i = 0; i < request.Items!.Count; i++)
        {
            if (request.Items[i] is not [var (kind, part)])
                throw TableErrors.Validation("TransactItems can only contain one of Check, Put, Update or Delete");
            CheckPart(kind, part, $"transactItems.{i + 1}.member");
        }
    }

    private static void CheckPart(WriteKind kind, ItemRequest part, string member)
    {
        var path = $"{member}.{(kind is WriteKind.Check ? "conditionCheck" : kind.ToString().ToLowerInvariant())}";
        var constraints = new Constraints()
            .Required($"{path}.tableName", part.TableName)
            .ResourceName($"{path}.tableName", part.TableName)
            .ReturnOnFailure(part);
        if (kind is WriteKind.Put)
            constraints.Required($"{path}.item", part.Item);
        else
            constraints.Required($"{path}.key", part.Key);
        if (kind is WriteKind.Update)
            constraints.Required($"{path}.updateExpression", part.UpdateExpression);
        if (kind is WriteKind.Check)
            constraints.Required($"{path}.conditionExpression", part.ConditionExpression);
        constraints.Enforce();
    }

    private List<PreparedWrite> Prepare(TransactWriteRequest request)
    {
        var writes = new List<PreparedWrite>();
        var errors = new List<AwsException?>();
        foreach (var item in request.Items!)
        {
            var (kind, part) = item[0];
            part.ReturnConsumedCapacity = request.ReturnConsumedCapacity;
            try
            {
                writes.Add(
                    kind switch
                    {
                        WriteKind.Put => preparation.Put(part),
                        WriteKind.Update => preparation.Update(part),
                        WriteKind.Delete => preparation.Delete(part),
                        _ => preparation.Check(part),
                    }
                );
                errors.Add(null);
            }
            catch (AwsException error) when (CancelsTransaction(error))
            {
                errors.Add(error);
            }
        }
        if (errors.Exists(error => error is not null))
            throw Cancellation.Create(errors);
        if (writes.DistinctBy(write => Convert.ToHexString(write.Key)).Count() < writes.Count)
            throw TableErrors.Validation("Transaction request cannot include multiple operations on one item");
        if (writes.Sum(write => (long)ItemSize.Measure(write.Item.Encoded.Span, default).Item) > MaxBytes)
            throw TableErrors.Validation("Collection size of items in transaction has exceeded the limit of 4 MB");
        return writes;
    }

    // Errors that depend on the item or its table's schema cancel the transaction; others reject the request.
    private static bool CancelsTransaction(AwsException error) =>
        error.Code is TableErrors.ValidationCode
        && (
            error.Message.StartsWith(TableErrors.InvalidPrefix, StringComparison.Ordinal)
            || error.Message.StartsWith("One or more parameter values are not valid.", StringComparison.Ordinal)
            || error.Message is KeyRules.SchemaMismatch or WritePreparation.ItemTooLarge
        );

    // Spaces and the order of members may differ between repetitions; the SDKs send the same bytes.
    private static byte[] Fingerprint(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 200 });
        return RequestTokens.Fingerprint(
            document
                .RootElement.EnumerateObject()
                .Where(member => member.Name is "TransactItems")
                .Select(member => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(member.Value.GetRawText()))
        );
    }

    private static void WriteCapacity(
        TransactWriteRequest request,
        List<PreparedWrite> writes,
        WriteResult[] results,
        bool isRepeated,
        Utf8JsonWriter json
    )
    {
        if (!ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
            return;
        json.WriteStartArray("ConsumedCapacity"u8);
        foreach (var table in Enumerable.Range(0, writes.Count).GroupBy(i => writes[i].Table.Name))
        {
            var capacity = new ConsumedCapacity(writes[table.First()].Table)
            {
                IsTransaction = true,
                IsWrite = !isRepeated,
            };
            foreach (var i in table)
            {
                // A repeated transaction consumes read capacity.
                if (isRepeated)
                    capacity.Add(2 * ConsumedCapacity.ReadUnits(0, consistent: true));
                else
                    capacity.AddWrite(results[i]);
            }
            capacity.Write(json, request.ReturnConsumedCapacity);
        }
        json.WriteEndArray();
    }

    private void WriteMetrics(TransactWriteRequest request, List<PreparedWrite> writes, Utf8JsonWriter json)
    {
        if (request.ReturnItemCollectionMetrics is not "SIZE")
            return;
        json.WriteStartObject("ItemCollectionMetrics"u8);
        foreach (
            var table in writes.Where(write => write.Table.LocalIndexes.Count > 0).GroupBy(write => write.Table.Name)
        )
        {
            json.WriteStartArray(table.Key);
            foreach (var write in table)
                collections.WriteMetrics(write.Table, write.Item, json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}

/// <summary>Checks the number of items of a transaction.</summary>
internal static class TransactConstraints
{
    public static Constraints Items(Constraints constraints, int? count, int most) =>
        constraints
            .Required("transactItems", count)
            .Check(count is null or >= 1, "[]", "transactItems", "Member must have length greater than or equal to 1")
            .Check(
                count is null || count <= most,
                $"[{count} items]",
                "transactItems",
                $"Member must have length less than or equal to {most}"
            );
}
