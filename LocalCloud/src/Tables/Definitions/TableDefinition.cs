using System.Text.Json.Serialization;

namespace LocalCloud.Tables.Definitions;

/// <summary>A table as it is kept in the store.</summary>
internal sealed record TableDefinition
{
    public required string Name { get; init; }

    /// <summary>Unique among all tables that were ever created; part of the keys of its items.</summary>
    public required uint Number { get; init; }
    public required Guid Id { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required IReadOnlyList<AttributeDefinition> Attributes { get; init; }
    public required IReadOnlyList<KeyElement> Key { get; init; }
    public IReadOnlyList<IndexDefinition> LocalIndexes { get; init; } = [];
    public IReadOnlyList<IndexDefinition> GlobalIndexes { get; init; } = [];

    /// <summary>The number for the next index; 0 is the table itself.</summary>
    public ushort NextIndex { get; init; } = 1;
    public BillingMode BillingMode { get; init; }

    /// <summary>When the table last became on-demand; null if it never was.</summary>
    public DateTimeOffset? OnDemandSince { get; init; }
    public Throughput Throughput { get; init; } = new();
    public bool DeletionProtection { get; init; }
    public string? TableClass { get; init; }
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    public TimeToLiveDefinition? TimeToLive { get; init; }
}

internal sealed record AttributeDefinition(string Name, string Type);

/// <param name="Name">The attribute.</param>
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

    /// <summary>Set until the index has all items that were there before it.</summary>
    public bool IsBackfilling { get; init; }
}

/// <summary>Capacity units a second, and when they were changed.</summary>
internal sealed record Throughput
{
    public long Read { get; init; }
    public long Write { get; init; }
    public int DecreasesToday { get; init; }
    public DateTimeOffset? IncreasedAt { get; init; }
    public DateTimeOffset? DecreasedAt { get; init; }
}

/// <param name="Attribute">Holds the time of expiry in seconds since 1970.</param>
/// <param name="IndexNumber">The number of the internal index by time.</param>
/// <param name="IsBackfilling">Set until the index has all items that were there before it.</param>
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
