using Pos.ServiceDefaults;
using Pos.Storage;
using IExceptionHandler = Microsoft.AspNetCore.Diagnostics.IExceptionHandler;

namespace Pos.Lookup;

/// <summary>
/// Answers 503, and not 500, while the lookup table cannot be reached or is throttled: who asks again will be answered.
/// </summary>
internal sealed partial class LookupTableUnavailable(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<LookupTableUnavailable> logger
) : IExceptionHandler
{
    private const string RetryAfterSeconds = "2";

    private readonly LogInterval _interval = new(TimeSpan.FromSeconds(30), time);

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (!StoreUnavailable.IsCause(exception, httpContext.RequestAborted))
            return false;
        metrics.Unavailable("lookup");
        if (_interval.IsDue())
            LogUnavailable(logger, exception.GetType().Name, exception.Message, _interval.Seconds);
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

    [LoggerMessage(
        4000,
        LogLevel.Warning,
        "The lookup table cannot be reached, and requests are answered 503: {Exception}: {Reason} (told again after {Seconds} s)"
    )]
    private static partial void LogUnavailable(ILogger logger, string exception, string reason, double seconds);
}
