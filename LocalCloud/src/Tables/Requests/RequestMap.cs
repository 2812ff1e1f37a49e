using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>An item or a key of a request.</summary>
internal sealed class RequestMap
{
    public AttributeMap Map { get; set; }

    /// <summary>Number of attributes as they were sent.</summary>
    public int Count { get; set; }

    /// <summary>The message of the first value that DynamoDB refuses; null if it takes all.</summary>
    public string? Error { get; set; }
}

/// <summary>A value of a request.</summary>
/// <param name="Value">The encoded value.</param>
/// <param name="Error">The message to refuse it with; null if DynamoDB takes it.</param>
internal sealed record RequestValue(AttributeValue Value, string? Error);
