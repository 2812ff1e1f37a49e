using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Control;

/// <summary>The parameters of CreateTable and UpdateTable.</summary>
internal sealed record TableRequest
{
    public string? TableName { get; private init; }
    public List<AttributeRequest>? AttributeDefinitions { get; private init; }
    public List<KeyRequest>? KeySchema { get; private init; }
    public List<IndexRequest>? LocalSecondaryIndexes { get; private init; }
    public List<IndexRequest>? GlobalSecondaryIndexes { get; private init; }
    public List<IndexUpdateRequest>? GlobalSecondaryIndexUpdates { get; private init; }
    public string? BillingMode { get; private init; }
    public ThroughputRequest? ProvisionedThroughput { get; private init; }
    public bool? DeletionProtectionEnabled { get; private init; }
    public string? TableClass { get; private init; }
    public bool? StreamEnabled { get; private init; }
    public bool HasEncryption { get; private init; }
    public bool HasReplicas { get; private init; }
    public List<(string? Key, string? Value)>? Tags { get; private init; }

    public static TableRequest Read(RequestObject json) =>
        new()
        {
            AttributeDefinitions = json.Objects("AttributeDefinitions", "AttributeDefinition")
                ?.ConvertAll(AttributeRequest.Read),
            TableName = TableArn.NameOf(json.String("TableName")),
            BillingMode = json.String("BillingMode"),
            ProvisionedThroughput = ThroughputRequest.Read(json),
            KeySchema = json.Objects("KeySchema", "KeySchemaElement")?.ConvertAll(KeyRequest.Read),
            LocalSecondaryIndexes = json.Objects("LocalSecondaryIndexes", "LocalSecondaryIndex")
                ?.ConvertAll(IndexRequest.Read),
            GlobalSecondaryIndexes = json.Objects("GlobalSecondaryIndexes", "GlobalSecondaryIndex")
                ?.ConvertAll(IndexRequest.Read),
            GlobalSecondaryIndexUpdates = json.Objects("GlobalSecondaryIndexUpdates", "GlobalSecondaryIndexUpdate")
                ?.ConvertAll(IndexUpdateRequest.Read),
            DeletionProtectionEnabled = json.Boolean("DeletionProtectionEnabled"),
            TableClass = json.String("TableClass"),
            StreamEnabled = json.Object("StreamSpecification", "StreamSpecification")?.Boolean("StreamEnabled"),
            HasEncryption = json.Object("SSESpecification", "SSESpecification") is not null,
            HasReplicas = json.Objects("ReplicaUpdates", "ReplicationGroupUpdate") is { Count: > 0 },
            Tags = json.Objects("Tags", "Tag")?.ConvertAll(tag => (tag.String("Key"), tag.String("Value"))),
        };
}

internal sealed record AttributeRequest(string? AttributeName, string? AttributeType)
{
    public static AttributeRequest Read(RequestObject json) =>
        new(json.String("AttributeName"), json.String("AttributeType"));
}

internal sealed record KeyRequest(string? AttributeName, string? KeyType)
{
    public static KeyRequest Read(RequestObject json) => new(json.String("AttributeName"), json.String("KeyType"));
}

internal sealed record ThroughputRequest(long? ReadCapacityUnits, long? WriteCapacityUnits)
{
    /// <summary>Reads the member ProvisionedThroughput of a structure.</summary>
    public static ThroughputRequest? Read(RequestObject parent) =>
        parent.Object("ProvisionedThroughput", "ProvisionedThroughput") is { } json
            ? new(json.Integer("ReadCapacityUnits"), json.Integer("WriteCapacityUnits"))
            : null;
}

internal sealed record ProjectionRequest(string? ProjectionType, List<string>? NonKeyAttributes)
{
    public static ProjectionRequest? Read(RequestObject parent) =>
        parent.Object("Projection", "Projection") is { } json
            ? new(json.String("ProjectionType"), json.Strings("NonKeyAttributes"))
            : null;
}

internal sealed record IndexRequest(
    string? IndexName,
    List<KeyRequest>? KeySchema,
    ProjectionRequest? Projection,
    ThroughputRequest? ProvisionedThroughput
)
{
    public static IndexRequest Read(RequestObject json) =>
        new(
            json.String("IndexName"),
            json.Objects("KeySchema", "KeySchemaElement")?.ConvertAll(KeyRequest.Read),
            ProjectionRequest.Read(json),
            ThroughputRequest.Read(json)
        );
}

/// <summary>A change of one index; exactly one of the three is set.</summary>
internal sealed record IndexUpdateRequest(IndexRequest? Create, IndexRequest? Update, IndexRequest? Delete)
{
    public string? IndexName => Update?.IndexName ?? Create?.IndexName ?? Delete?.IndexName;

    public static IndexUpdateRequest Read(RequestObject json) =>
        new(
            Read(json.Object("Create", "CreateGlobalSecondaryIndexAction")),
            Read(json.Object("Update", "UpdateGlobalSecondaryIndexAction")),
            Read(json.Object("Delete", "DeleteGlobalSecondaryIndexAction"))
        );

    private static IndexRequest? Read(RequestObject? json) => json is { } action ? IndexRequest.Read(action) : null;
}
