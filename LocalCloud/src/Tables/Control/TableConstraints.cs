using LocalCloud.Protocol;
using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Control;

/// <summary>Checks the members of CreateTable and UpdateTable, in AWS's order.</summary>
internal static class TableConstraints
{
    public static Constraints Attributes(this Constraints constraints, List<AttributeRequest>? attributes)
    {
        for (var i = 0; i < attributes?.Count; i++)
        {
            var member = $"attributeDefinitions.{i + 1}.member";
            constraints
                .Required($"{member}.attributeName", attributes[i].AttributeName)
                .Required($"{member}.attributeType", attributes[i].AttributeType)
                .OneOf($"{member}.attributeType", attributes[i].AttributeType, "B", "N", "S");
        }
        return constraints;
    }

    public static Constraints BillingMode(this Constraints constraints, string? mode) =>
        constraints.OneOf("billingMode", mode, "PROVISIONED", "PAY_PER_REQUEST");

    public static Constraints Throughput(this Constraints constraints, string member, ThroughputRequest? throughput) =>
        throughput is null
            ? constraints
            : constraints
                .Required($"{member}.writeCapacityUnits", throughput.WriteCapacityUnits)
                .AtLeast($"{member}.writeCapacityUnits", throughput.WriteCapacityUnits, 1)
                .Required($"{member}.readCapacityUnits", throughput.ReadCapacityUnits)
                .AtLeast($"{member}.readCapacityUnits", throughput.ReadCapacityUnits, 1);

    public static Constraints Key(
        this Constraints constraints,
        string member,
        List<KeyRequest>? key,
        bool checkType = false
    )
    {
        var text = key is null ? null : $"[{string.Join(", ", key.Select(element => Describe(element)))}]";
        constraints
            .Required(member, key)
            .Check(key is null or { Count: >= 1 }, text, member, "Member must have length greater than or equal to 1")
            .Check(key is null or { Count: <= 2 }, text, member, "Member must have length less than or equal to 2");
        for (var i = 0; i < key?.Count; i++)
        {
            constraints
                .Required($"{member}.{i + 1}.member.attributeName", key[i].AttributeName)
                .Required($"{member}.{i + 1}.member.keyType", key[i].KeyType);
            if (checkType)
                constraints.OneOf($"{member}.{i + 1}.member.keyType", key[i].KeyType, "HASH", "RANGE");
        }
        return constraints;
    }

    /// <summary>Checks the indexes of CreateTable.</summary>
    public static Constraints Indexes(this Constraints constraints, string member, List<IndexRequest>? indexes)
    {
        for (var i = 0; i < indexes?.Count; i++)
        {
            var path = $"{member}.{i + 1}.member";
            constraints
                .IndexName($"{path}.indexName", indexes[i].IndexName)
                .Key($"{path}.keySchema", indexes[i].KeySchema)
                .Projection($"{path}.projection", indexes[i].Projection)
                .Throughput($"{path}.provisionedThroughput", indexes[i].ProvisionedThroughput);
        }
        return constraints;
    }

    /// <summary>Checks the index changes of UpdateTable.</summary>
    public static Constraints IndexUpdates(this Constraints constraints, List<IndexUpdateRequest>? updates)
    {
        for (var i = 0; i < updates?.Count; i++)
        {
            var path = $"globalSecondaryIndexUpdates.{i + 1}.member";
            if (updates[i].Update is { } update)
                constraints
                    .IndexName($"{path}.update.indexName", update.IndexName)
                    .Required($"{path}.update.provisionedThroughput", update.ProvisionedThroughput)
                    .Throughput($"{path}.update.provisionedThroughput", update.ProvisionedThroughput);
            if (updates[i].Create is { } create)
                constraints
                    .Projection($"{path}.create.projection", create.Projection)
                    .IndexName($"{path}.create.indexName", create.IndexName)
                    .Throughput($"{path}.create.provisionedThroughput", create.ProvisionedThroughput)
                    .Key($"{path}.create.keySchema", create.KeySchema);
            if (updates[i].Delete is { } delete)
                constraints.IndexName($"{path}.delete.indexName", delete.IndexName);
        }
        return constraints;
    }

    private static Constraints IndexName(this Constraints constraints, string member, string? name) =>
        constraints.Required(member, name).ResourceName(member, name);

    private static Constraints Projection(this Constraints constraints, string member, ProjectionRequest? projection) =>
        projection is null
            ? constraints.Required(member, null)
            : constraints
                .OneOf($"{member}.projectionType", projection.ProjectionType, "ALL", "INCLUDE", "KEYS_ONLY")
                .Check(
                    projection.NonKeyAttributes is null or { Count: >= 1 },
                    "[]",
                    $"{member}.nonKeyAttributes",
                    "Member must have length greater than or equal to 1"
                );

    private static string Describe(KeyRequest element) =>
        $"{{\"AttributeName\":\"{element.AttributeName}\",\"KeyType\":\"{element.KeyType}\"}}";
}
