using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Control;

/// <summary>Implements CreateTable, DescribeTable, DeleteTable and ListTables.</summary>
internal sealed class TableOperations(TableCatalog tables, TableDescription descriptions, TimeProvider time)
{
    private const int MaxListed = 100;

    public async Task CreateAsync(RequestObject json, Utf8JsonWriter response)
    {
        var request = TableRequest.Read(json);
        RequestConstraints.RequireTableName(request.TableName);
        new Constraints()
            .Required("attributeDefinitions", request.AttributeDefinitions)
            .Attributes(request.AttributeDefinitions)
            .NamePattern("tableName", request.TableName)
            .BillingMode(request.BillingMode)
            .Throughput("provisionedThroughput", request.ProvisionedThroughput)
            .Key("keySchema", request.KeySchema, checkType: true)
            .Indexes("localSecondaryIndexes", request.LocalSecondaryIndexes)
            .Indexes("globalSecondaryIndexes", request.GlobalSecondaryIndexes)
            .Enforce();
        TableRules.CheckCreate(request);
        var tags = TagOperations.Read(request.Tags);
        var table = await tables.CreateAsync(request.TableName!, number => Define(request, number, tags));
        response.WriteStartObject();
        response.WritePropertyName("TableDescription"u8);
        descriptions.Write(response, table, "CREATING");
        response.WriteEndObject();
    }

    public void Describe(RequestObject json, Utf8JsonWriter response)
    {
        var table = Find(json);
        response.WriteStartObject();
        response.WritePropertyName("Table"u8);
        descriptions.Write(response, table, "ACTIVE");
        response.WriteEndObject();
    }

    public async Task DeleteAsync(RequestObject json, Utf8JsonWriter response)
    {
        var table = await tables.DeleteAsync(Name(json), table =>
        {
            if (table.Definition.DeletionProtection)
                throw TableErrors.Validation(
                    "Resource cannot be deleted as it is currently protected against deletion. "
                        + $"Disable deletion protection first: {table.Name}"
                );
        });
        response.WriteStartObject();
        response.WritePropertyName("TableDescription"u8);
        descriptions.Write(response, table, "DELETING");
        response.WriteEndObject();
    }

    public void List(RequestObject json, Utf8JsonWriter response)
    {
        var limit = json.Integer("Limit", "Integer");
        var after = json.String("ExclusiveStartTableName");
        new Constraints()
            .AtLeast("limit", limit, 1)
            .AtMost("limit", limit, MaxListed)
            .ResourceName("exclusiveStartTableName", after)
            .Enforce();
        var names = tables
            .All.Select(table => table.Name)
            .Where(name => after is null || string.CompareOrdinal(name, after) > 0)
            .Order(StringComparer.Ordinal)
            .ToList();
        var count = (int)Math.Min(limit ?? MaxListed, names.Count);
        response.WriteStartObject();
        response.WriteStartArray("TableNames"u8);
        foreach (var name in names.Take(count))
            response.WriteStringValue(name);
        response.WriteEndArray();
        if (count < names.Count)
            response.WriteString("LastEvaluatedTableName"u8, names[count - 1]);
        response.WriteEndObject();
    }

    /// <summary>Returns the table that a control operation names.</summary>
    /// <exception cref="AwsException">ValidationException or ResourceNotFoundException</exception>
    public Table Find(RequestObject json)
    {
        var name = Name(json);
        return tables.Find(name) ?? throw TableErrors.TableNotFound(name);
    }

    public static string Name(RequestObject json)
    {
        var name = TableArn.NameOf(json.String("TableName"));
        RequestConstraints.RequireTableName(name);
        new Constraints().NamePattern("tableName", name).Enforce();
        return name!;
    }

    private TableDefinition Define(TableRequest request, uint number, Dictionary<string, string> tags)
    {
        ushort next = 1;
        var isOnDemand = request.BillingMode is "PAY_PER_REQUEST";
        var now = time.GetUtcNow();
        var definition = new TableDefinition
        {
            Name = request.TableName!,
            Number = number,
            Id = Guid.NewGuid(),
            CreatedAt = now,
            Attributes =
            [
                .. request.AttributeDefinitions!.Select(attribute => new AttributeDefinition(
                    attribute.AttributeName!,
                    attribute.AttributeType!
                )),
            ],
            Key = Key(request.KeySchema!),
            LocalIndexes = [.. request.LocalSecondaryIndexes?.Select(index => Define(index, next++)) ?? []],
            GlobalIndexes = [.. request.GlobalSecondaryIndexes?.Select(index => Define(index, next++)) ?? []],
            BillingMode = isOnDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED,
            OnDemandSince = isOnDemand ? now : null,
            Throughput = Units(request.ProvisionedThroughput),
            DeletionProtection = request.DeletionProtectionEnabled is true,
            TableClass = request.TableClass,
            Tags = tags,
        };
        return definition with { NextIndex = next };
    }

    public static IndexDefinition Define(IndexRequest index, ushort number) =>
        new()
        {
            Name = index.IndexName!,
            Number = number,
            Key = Key(index.KeySchema!),
            Projection = Enum.Parse<ProjectionType>(index.Projection!.ProjectionType!),
            NonKeyAttributes = index.Projection.NonKeyAttributes,
            Throughput = Units(index.ProvisionedThroughput),
        };

    private static List<KeyElement> Key(List<KeyRequest> key) =>
        [.. key.Select(element => new KeyElement(element.AttributeName!, element.KeyType!))];

    private static Throughput Units(ThroughputRequest? request) =>
        new() { Read = request?.ReadCapacityUnits ?? 0, Write = request?.WriteCapacityUnits ?? 0 };
}
