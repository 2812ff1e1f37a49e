using System.Text.Json;

namespace LocalCloud.Protocol;

/// <summary>An error with AWS's error code, such as <c>ResourceNotFoundException</c>.</summary>
internal sealed class AwsException(string code, string message, int statusCode = 400) : Exception(message)
{
    public string Code { get; } = code;
    public int StatusCode { get; } = statusCode;

    /// <summary>Additional XML elements of some S3 errors, by element name.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes additional members of a JSON error after its message.</summary>
    public Action<Utf8JsonWriter>? WriteMembers { get; init; }

    public static AwsException UnknownOperation(string operation) =>
        new("UnknownOperationException", $"No operation '{operation}'.");
}
