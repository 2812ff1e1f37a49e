using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Control;

/// <summary>Implements UpdateTable: throughput, billing mode, and global indexes, one at a time.</summary>
internal sealed class UpdateTableOperation(
    TableCatalog tables,
    TableDescription descriptions,
    IndexBackfill backfill,
    TimeProvider time
)
{
    private const int MaxIndexUpdates = 5;

    private const string OneIndex =
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";

    public async Task UpdateAsync(RequestObject json, Utf8JsonWriter response)
    {
        var request = TableRequest.Read(json);
        Check(request);
        var deleted = new List<IndexDefinition>();
        TableDefinition? before = null;
        var table = await tables.ChangeAsync(request.TableName!, table =>
        {
            before = table.Definition;
            return Change(table, request, deleted);
        });
        foreach (var index in deleted)
            await backfill.DeleteAsync(table, index);
        if (table.Definition.GlobalIndexes.Any(index => index.IsBackfilling))
            backfill.Start(table.Name);
        response.WriteStartObject();
        response.WritePropertyName("TableDescription"u8);
        var updated = request.BillingMode is "PAY_PER_REQUEST"
            ? null
            : request.GlobalSecondaryIndexUpdates?.Select(update => update.IndexName!).ToHashSet(StringComparer.Ordinal)
                ?? [];
        var described = ThroughputChanges.WhileUpdating(before!, table.Definition);
        descriptions.Write(response, table, "UPDATING", updated, described);
        response.WriteEndObject();
    }

    private static void Check(TableRequest request)
    {
        RequestConstraints.RequireTableName(request.TableName);
        new Constraints()
            .NamePattern("tableName", request.TableName)
            .Throughput("provisionedThroughput", request.ProvisionedThroughput)
            .BillingMode(request.BillingMode)
            .IndexUpdates(request.GlobalSecondaryIndexUpdates)
            .Enforce();
        TableRules.RejectUnsupported(request);
        var isEmpty =
            request is { ProvisionedThroughput: null, BillingMode: null, StreamEnabled: null, HasEncryption: false }
            && request is { DeletionProtectionEnabled: null, TableClass: null };
        if (isEmpty && request.GlobalSecondaryIndexUpdates is null or { Count: 0 })
            throw TableErrors.Validation(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                    + "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"
            );
        if (request.BillingMode is "PROVISIONED" && request.ProvisionedThroughput is null)
            throw TableErrors.Invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
        TableRules.CheckBounds(request.ProvisionedThroughput);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var update in request.GlobalSecondaryIndexUpdates ?? [])
        {
            if (update is { Update: null, Create: null, Delete: null })
                throw TableErrors.Invalid(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                        + "GlobalSecondaryIndexUpdate.Delete must not be null"
                );
            if (!names.Add(update.IndexName!))
                throw TableErrors.Invalid(
                    "Only one global secondary index update per index is allowed simultaneously. "
                        + $"Index: {update.IndexName}"
                );
        }
    }

    private TableDefinition Change(Table table, TableRequest request, List<IndexDefinition> deleted)
    {
        var definition = table.Definition;
        var isOnDemand = request.BillingMode is { } mode ? mode is "PAY_PER_REQUEST" : table.IsOnDemand;
        if (request.ProvisionedThroughput is not null && isOnDemand)
            throw TableErrors.Invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
            );
        var updates = request.GlobalSecondaryIndexUpdates ?? [];
        if (
            updates.Count > MaxIndexUpdates
            || updates.Count(update => update.Create is not null || update.Delete is not null) > 1
        )
            throw TableErrors.LimitExceeded(OneIndex);
        if (definition.GlobalIndexes.Any(index => index.IsBackfilling) && updates.Count > 0)
            throw TableErrors.InUse(
                $"Attempt to change a resource which is still in use: Table is being updated: {table.Name}"
            );
        definition = ThroughputChanges.Apply(definition, request, table.IsOnDemand, isOnDemand, time.GetUtcNow());
        foreach (var update in updates)
        {
            if (update.Create is { } create)
                definition = Create(definition, request, create, isOnDemand);
            else if (update.Delete is { } delete)
                definition = Delete(definition, delete.IndexName!, deleted);
        }
        return definition with
        {
            DeletionProtection = request.DeletionProtectionEnabled ?? definition.DeletionProtection,
            TableClass = request.TableClass ?? definition.TableClass,
        };
    }

    private static TableDefinition Create(
        TableDefinition definition,
        TableRequest request,
        IndexRequest create,
        bool isOnDemand
    )
    {
        List<AttributeDefinition> attributes =
        [
            .. definition.Attributes,
            .. (request.AttributeDefinitions ?? [])
                .Where(added => definition.Attributes.All(known => known.Name != added.AttributeName))
                .Select(added => new AttributeDefinition(added.AttributeName!, added.AttributeType!)),
        ];
        TableRules.CheckIndex(create, attributes.ConvertAll(attribute => attribute.Name), isOnDemand);
        if (!isOnDemand && create.ProvisionedThroughput is null)
            throw TableErrors.Invalid($"ProvisionedThroughput is not specified for index: {create.IndexName}");
        if (definition.GlobalIndexes.Concat(definition.LocalIndexes).Any(index => index.Name == create.IndexName))
            throw TableErrors.Validation("Attempting to create an index which already exists");
        if (definition.GlobalIndexes.Count >= TableRules.MaxGlobalIndexes)
            throw TableErrors.Invalid(
                $"GlobalSecondaryIndex count exceeds the per-table limit of {TableRules.MaxGlobalIndexes}"
            );
        var index = TableOperations.Define(create, definition.NextIndex) with { IsBackfilling = true };
        return definition with
        {
            Attributes = attributes,
            GlobalIndexes = [.. definition.GlobalIndexes, index],
            NextIndex = (ushort)(definition.NextIndex + 1),
        };
    }

    private static TableDefinition Delete(TableDefinition definition, string name, List<IndexDefinition> deleted)
    {
        var index = definition.GlobalIndexes.FirstOrDefault(index => index.Name == name)
            ?? throw new AwsException("ResourceNotFoundException", "Requested resource not found");
        deleted.Add(index);
        List<IndexDefinition> left = [.. definition.GlobalIndexes.Where(other => other != index)];
        var used = definition
            .Key.Concat(left.Concat(definition.LocalIndexes).SelectMany(other => other.Key))
            .Select(key => key.Name)
            .ToHashSet(StringComparer.Ordinal);
        return definition with
        {
            GlobalIndexes = left,
            Attributes = [.. definition.Attributes.Where(attribute => used.Contains(attribute.Name))],
        };
    }
}
