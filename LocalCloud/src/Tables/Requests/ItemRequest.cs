using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>
/// The parameters of all item operations, and of the parts of batches and transactions. Parameters that a request lacks
/// are null.
/// </summary>
internal sealed class ItemRequest
{
    public string? TableName { get; set; }
    public string? IndexName { get; set; }

    public RequestMap? Key { get; set; }
    public RequestMap? Item { get; set; }
    public RequestMap? ExclusiveStartKey { get; set; }

    public string? ConditionExpression { get; set; }
    public string? UpdateExpression { get; set; }
    public string? KeyConditionExpression { get; set; }
    public string? FilterExpression { get; set; }
    public string? ProjectionExpression { get; set; }
    public List<ExpressionName>? ExpressionAttributeNames { get; set; }
    public List<ExpressionValue>? ExpressionAttributeValues { get; set; }

    public List<ExpectedAttribute>? Expected { get; set; }
    public List<AttributeUpdate>? AttributeUpdates { get; set; }
    public List<AttributeCondition>? KeyConditions { get; set; }
    public List<AttributeCondition>? QueryFilter { get; set; }
    public List<AttributeCondition>? ScanFilter { get; set; }
    public string? ConditionalOperator { get; set; }
    public List<string>? AttributesToGet { get; set; }

    public string? ReturnValues { get; set; }
    public string? ReturnValuesOnConditionCheckFailure { get; set; }
    public string? ReturnConsumedCapacity { get; set; }
    public string? ReturnItemCollectionMetrics { get; set; }
    public string? Select { get; set; }
    public long? Limit { get; set; }
    public long? Segment { get; set; }
    public long? TotalSegments { get; set; }
    public bool? ScanIndexForward { get; set; }
    public bool? ConsistentRead { get; set; }

    /// <summary>The keys of one table in a BatchGetItem.</summary>
    public List<RequestMap>? Keys { get; set; }
}

/// <summary>An entry of ExpressionAttributeNames.</summary>
/// <param name="Alias">The alias with its <c>#</c>, as UTF-8.</param>
/// <param name="Name">The attribute's name as UTF-8.</param>
internal readonly record struct ExpressionName(ReadOnlyMemory<byte> Alias, ReadOnlyMemory<byte> Name);

/// <summary>An entry of ExpressionAttributeValues.</summary>
/// <param name="Alias">The alias with its <c>:</c>, as UTF-8.</param>
/// <param name="Value">The encoded value.</param>
/// <param name="Error">The error message if DynamoDB rejects the value; otherwise null.</param>
internal readonly record struct ExpressionValue(ReadOnlyMemory<byte> Alias, AttributeValue Value, string? Error);

/// <summary>An entry of the legacy parameter Expected.</summary>
internal sealed class ExpectedAttribute
{
    public required string Name { get; init; }
    public RequestValue? Value { get; set; }
    public bool? Exists { get; set; }
    public string? ComparisonOperator { get; set; }
    public List<RequestValue>? AttributeValueList { get; set; }
}

/// <summary>An entry of the legacy parameter AttributeUpdates.</summary>
internal sealed class AttributeUpdate
{
    public required string Name { get; init; }
    public string? Action { get; set; }
    public RequestValue? Value { get; set; }
}

/// <summary>An entry of the legacy parameters KeyConditions, QueryFilter and ScanFilter.</summary>
internal sealed class AttributeCondition
{
    public required string Name { get; init; }
    public string? ComparisonOperator { get; set; }
    public List<RequestValue>? AttributeValueList { get; set; }
}
