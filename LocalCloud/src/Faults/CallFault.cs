using System.Globalization;
using LocalCloud.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCloud.Faults;

/// <summary>What one call meets.</summary>
/// <param name="Service">As in <see cref="FaultTargets"/>.</param>
/// <param name="Operation">As in <see cref="FaultTargets"/>.</param>
/// <param name="Milliseconds">Of latency, before all else.</param>
/// <param name="Ending">The rule by which the call fails; null where it is late only.</param>
internal sealed record CallFault(string Service, string Operation, int Milliseconds, FaultRule? Ending)
{
    /// <summary>The ids of the fault that an answer is due to: tells injected errors from real ones.</summary>
    public const string Header = "x-localcloud-fault";

    /// <summary>Carries the call through, or not.</summary>
    /// <exception cref="AwsException">The error to answer by.</exception>
    public async Task AroundAsync(HttpContext context, Func<Task> operate)
    {
        if (Milliseconds > 0)
            await Task.Delay(Milliseconds, context.RequestAborted);
        if (Ending is null)
        {
            await operate();
            return;
        }
        context.Response.Headers[Header] = Ending.Id.ToString(CultureInfo.InvariantCulture);
        switch (Ending.Kind)
        {
            case FaultKind.Throttle:
                throw Throttled();
            case FaultKind.Error:
                throw Failed();
            default:
                await TearAsync(context, operate);
                break;
        }
    }

    private async Task TearAsync(HttpContext context, Func<Task> operate)
    {
        try
        {
            if (Ending!.Fault.When is FaultMoment.After)
            {
                // the answer goes nowhere
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

    // By the errors that the API references list for the operations.
    private AwsException Throttled() =>
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

    private AwsException Failed() =>
        (Service, Ending!.Fault.Status) switch
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
