using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>An item or a key of a request.</summary>
internal sealed class RequestMap
{
    public AttributeMap Map { get; set; }

    /// <summary>The number of attributes in the request, duplicates included.</summary>
    public int Count { get; set; }

    /// <summary>The error message of the first value that DynamoDB rejects; null if all are valid.</summary>
    public string? Error { get; set; }
}

/// <summary>A value of a request.</summary>
/// <param name="Value">The encoded value.</param>
/// <param name="Error">The error message if DynamoDB rejects the value; otherwise null.</param>
internal sealed record RequestValue(AttributeValue Value, string? Error);
