namespace Pos.LocalCloud.Protocol;

/// <summary>An error as AWS names it, such as <c>ResourceNotFoundException</c>.</summary>
internal sealed class AwsException(string code, string message, int statusCode = 400) : Exception(message)
{
    public string Code { get; } = code;
    public int StatusCode { get; } = statusCode;

    public static AwsException UnknownOperation(string operation) => new("UnknownOperationException", $"No operation '{operation}'.");
}
