using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Pos.Processor.LookupTable;
using Pos.Processor.Warehouse;

namespace Pos.Processor.Quarantine;

/// <summary>
/// Answers 503 with the reason when a store or S3 cannot be reached or takes no more for now: the same can be asked
/// again.
/// </summary>
internal sealed partial class StoresAway(ILogger<StoresAway> logger) : IEndpointFilter
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (IsAway(e, context.HttpContext.RequestAborted))
        {
            LogAway(logger, e.GetType().Name, e.Message);
            context.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem(
                $"A store cannot be reached now: {e.Message} Nothing is lost; try again.",
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    public static bool IsAway(Exception exception, CancellationToken aborted) =>
        !aborted.IsCancellationRequested
        && exception switch
        {
            ProvisionedThroughputExceededException
            or RequestLimitExceededException
            or LookupMergeContendedException
            or RecordsRefusedException => true,
            HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
            // S3: two conditional writes at once are answered 409, and are to be tried again.
            AmazonServiceException answered => answered.StatusCode
                is 0
                    or HttpStatusCode.Conflict
                    or HttpStatusCode.TooManyRequests
                    or >= HttpStatusCode.InternalServerError,
            AmazonClientException => true,
            _ => false,
        };

    [LoggerMessage(
        2060,
        LogLevel.Warning,
        "A store cannot be reached, and a request about the quarantine is answered 503: {Exception}: {Reason}"
    )]
    private static partial void LogAway(ILogger logger, string exception, string reason);
}
