using System.Text.Json.Serialization;

namespace LocalCloud.Tables.Definitions;

/// <summary>A table as it is stored.</summary>
internal sealed record TableDefinition
{
    public required string Name { get; init; }

    /// <summary>A number that no other table ever had; part of the store keys of the items.</summary>
    public required uint Number { get; init; }
    public required Guid Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required IReadOnlyList<AttributeDefinition> Attributes { get; init; }
    public required IReadOnlyList<KeyElement> Key { get; init; }
    public IReadOnlyList<IndexDefinition> LocalIndexes { get; init; } = [];
    public IReadOnlyList<IndexDefinition> GlobalIndexes { get; init; } = [];

    /// <summary>The number of the next index; 0 is the table itself.</summary>
    public ushort NextIndex { get; init; } = 1;
    public BillingMode BillingMode { get; init; }

    /// <summary>When the table last became on-demand; null if it never was on-demand.</summary>
    public DateTimeOffset? OnDemandSince { get; init; }
    public Throughput Throughput { get; init; } = new();
    public bool DeletionProtection { get; init; }
    public string? TableClass { get; init; }
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    public TimeToLiveDefinition? TimeToLive { get; init; }
}

internal sealed record AttributeDefinition(string Name, string Type);

/// <summary>A key attribute of a table or an index.</summary>
/// <param name="Type">HASH or RANGE.</param>
internal sealed record KeyElement(string Name, string Type);

internal sealed record IndexDefinition
{
    public required string Name { get; init; }
    public required ushort Number { get; init; }
    public required IReadOnlyList<KeyElement> Key { get; init; }
    public required ProjectionType Projection { get; init; }
    public IReadOnlyList<string>? NonKeyAttributes { get; init; }
    public Throughput Throughput { get; init; } = new();

    /// <summary>True until the index has all items that are older than the index.</summary>
    public bool IsBackfilling { get; init; }
}

/// <summary>Capacity units per second, and when they were last changed.</summary>
internal sealed record Throughput
{
    public long Read { get; init; }
    public long Write { get; init; }
    public int DecreasesToday { get; init; }
    public DateTimeOffset? IncreasedAt { get; init; }
    public DateTimeOffset? DecreasedAt { get; init; }
}

/// <summary>The time to live of a table's items.</summary>
/// <param name="Attribute">The attribute with the expiry time in seconds since 1970.</param>
/// <param name="IndexNumber">The number of the internal index by expiry time.</param>
/// <param name="IsBackfilling">True until the index has all items that are older than the index.</param>
internal sealed record TimeToLiveDefinition(string Attribute, ushort IndexNumber, bool IsBackfilling);

[JsonConverter(typeof(JsonStringEnumConverter<BillingMode>))]
internal enum BillingMode
{
    PROVISIONED,
    PAY_PER_REQUEST,
}

[JsonConverter(typeof(JsonStringEnumConverter<ProjectionType>))]
internal enum ProjectionType
{
    ALL,
    KEYS_ONLY,
    INCLUDE,
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TableDefinition))]
internal sealed partial class TableDefinitionJson : JsonSerializerContext;
