using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Tables.Transactions;

/// <summary>Creates the error of a cancelled transaction, with a reason for each item.</summary>
internal static class Cancellation
{
    /// <param name="errors">The error of each item; null for an item without an error.</param>
    public static AwsException Create(IReadOnlyList<AwsException?> errors) =>
        new(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + $"[{string.Join(", ", errors.Select(Code))}]"
        )
        {
            WriteMembers = json => Write(json, errors),
        };

    private static void Write(Utf8JsonWriter json, IReadOnlyList<AwsException?> errors)
    {
        json.WriteStartArray("CancellationReasons"u8);
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("Code"u8, Code(error));
            if (error is not null)
            {
                json.WriteString("Message"u8, error.Message);
                // The item whose condition failed, if the request asks for it.
                error.WriteMembers?.Invoke(json);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Code(AwsException? error) =>
        error?.Code switch
        {
            null => "None",
            TableErrors.ConditionalCheckFailedCode => "ConditionalCheckFailed",
            "ProvisionedThroughputExceededException" => "ProvisionedThroughputExceeded",
            _ => "ValidationError",
        };
}
