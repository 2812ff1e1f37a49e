using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using IExceptionHandler = Microsoft.AspNetCore.Diagnostics.IExceptionHandler;

namespace Pos.Lookup;

/// <summary>
/// Answers 503, and not 500, while the lookup table cannot be reached or is throttled: who asks again will be answered.
/// </summary>
internal sealed partial class LookupTableAway(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<LookupTableAway> logger
) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    // An outage fails each request; one line in a while tells it.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private DateTimeOffset _quietUntil;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (!IsAway(exception) || httpContext.RequestAborted.IsCancellationRequested)
            return false;
        metrics.Unavailable("lookup");
        if (IsNews())
            LogAway(logger, exception.GetType().Name, exception.Message, s_quiet.TotalSeconds);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(
            new()
            {
                HttpContext = httpContext,
                Exception = exception,
                ProblemDetails =
                {
                    Status = StatusCodes.Status503ServiceUnavailable,
                    Detail = "The lookup table cannot be reached now.",
                },
            }
        );
    }

    private static bool IsAway(Exception exception) =>
        exception switch
        {
            ProvisionedThroughputExceededException
            or RequestLimitExceededException
            or HttpRequestException
            or OperationCanceledException => true,
            AmazonServiceException answered => answered.StatusCode is 0 or >= HttpStatusCode.InternalServerError,
            AmazonClientException => true,
            _ => false,
        };

    private bool IsNews()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (now < _quietUntil)
                return false;
            _quietUntil = now + s_quiet;
            return true;
        }
    }

    [LoggerMessage(
        4000,
        LogLevel.Warning,
        "The lookup table cannot be reached, and requests are answered 503: {Exception}: {Reason} (told again after {Seconds} s)"
    )]
    private static partial void LogAway(ILogger logger, string exception, string reason, double seconds);
}
