using System.Globalization;
using LocalCloud.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCloud.Faults;

/// <summary>The faults to inject into one call.</summary>
/// <param name="Service">A service of <see cref="FaultTargets"/>.</param>
/// <param name="Operation">An operation of <see cref="FaultTargets"/>.</param>
/// <param name="Milliseconds">The delay before the call.</param>
/// <param name="Failure">The rule by which the call fails; null if it is only delayed.</param>
internal sealed record CallFault(string Service, string Operation, int Milliseconds, FaultRule? Failure)
{
    /// <summary>Response header with the id of the injected fault, to distinguish it from a real error.</summary>
    public const string Header = "x-localcloud-fault";

    /// <summary>Delays the call, then runs it or fails it.</summary>
    /// <exception cref="AwsException">The injected error.</exception>
    public async Task ApplyAsync(HttpContext context, Func<Task> operate)
    {
        if (Milliseconds > 0)
            await Task.Delay(Milliseconds, context.RequestAborted);
        if (Failure is null)
        {
            await operate();
            return;
        }
        context.Response.Headers[Header] = Failure.Id.ToString(CultureInfo.InvariantCulture);
        switch (Failure.Kind)
        {
            case FaultKind.Throttle:
                throw CreateThrottlingError();
            case FaultKind.Error:
                throw CreateServerError();
            default:
                await DisconnectAsync(context, operate);
                break;
        }
    }

    private async Task DisconnectAsync(HttpContext context, Func<Task> operate)
    {
        try
        {
            if (Failure!.Fault.When is FaultMoment.After)
            {
                // Run the operation but discard its response.
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
                await operate();
            }
        }
        finally
        {
            context.Abort();
        }
    }

    // The operations of DynamoDB that consume a table's throughput.
    private static readonly HashSet<string> s_dataOperations =
    [
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ];

    // The API references list these errors for the operations.
    private AwsException CreateThrottlingError() =>
        (Service, Operation) switch
        {
            (FaultTargets.S3, _) => new("SlowDown", "Please reduce your request rate.", 503),
            (FaultTargets.Kinesis, "PutRecord" or "PutRecords" or "GetRecords" or "GetShardIterator") => new(
                "ProvisionedThroughputExceededException",
                "Rate exceeded for the shards of the request (injected)."
            ),
            (FaultTargets.Firehose, "PutRecord" or "PutRecordBatch") => new(
                "ServiceUnavailableException",
                "Slow down.",
                503
            ),
            (FaultTargets.DynamoDb, _) when s_dataOperations.Contains(Operation) => new(
                "ProvisionedThroughputExceededException",
                "The level of configured provisioned throughput for the table was exceeded (injected)."
            ),
            (FaultTargets.DynamoDb, _) => new("ThrottlingException", $"Rate exceeded for {Operation} (injected)."),
            _ => new("LimitExceededException", $"Rate exceeded for {Operation} (injected)."),
        };

    private AwsException CreateServerError() =>
        (Service, Failure!.Fault.Status) switch
        {
            (FaultTargets.S3, 503) => new("ServiceUnavailable", "Service is unable to handle request.", 503),
            (FaultTargets.S3, _) => new("InternalError", "We encountered an internal error. Please try again.", 500),
            (FaultTargets.Firehose, 503) => new(
                "ServiceUnavailableException",
                "The service is unavailable. Back off and retry the operation.",
                503
            ),
            (_, 503) => new(
                "ServiceUnavailable",
                "The request has failed due to a temporary failure of the server.",
                503
            ),
            (FaultTargets.DynamoDb, _) => new(
                "InternalServerError",
                "The request processing has failed because of an unknown error, exception or failure.",
                500
            ),
            _ => new(
                "InternalFailure",
                "The request processing has failed because of an unknown error, exception or failure.",
                500
            ),
        };
}
