using LocalCloud.Protocol;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables;

/// <summary>Creates the errors of DynamoDB.</summary>
internal static class TableErrors
{
    public const string ValidationCode = "ValidationException";
    public const string ConditionalCheckFailedCode = "ConditionalCheckFailedException";
    public const string ConditionFailed = "The conditional request failed";
    public const string InvalidPrefix = "One or more parameter values were invalid: ";

    public static AwsException Validation(string message) => new(ValidationCode, message);

    public static AwsException Invalid(string message) => new(ValidationCode, InvalidPrefix + message);

    public static AwsException NotFound() => new("ResourceNotFoundException", "Requested resource not found");

    public static AwsException TableNotFound(string name) =>
        new("ResourceNotFoundException", $"Requested resource not found: Table: {name} not found");

    public static AwsException InUse(string message) => new("ResourceInUseException", message);

    public static AwsException LimitExceeded(string message) => new("LimitExceededException", message);

    /// <summary>Creates the error of a failed condition.</summary>
    /// <param name="item">The item to return with it, or null.</param>
    public static AwsException ConditionalCheckFailed(byte[]? item) =>
        new(ConditionalCheckFailedCode, ConditionFailed)
        {
            WriteMembers = item is null
                ? null
                : json =>
                {
                    json.WritePropertyName("Item"u8);
                    ValueJson.WriteMap(json, item);
                },
        };
}
