using Pos.ServiceDefaults;
using Pos.Storage;
using IExceptionHandler = Microsoft.AspNetCore.Diagnostics.IExceptionHandler;

namespace Pos.Lookup;

/// <summary>
/// Returns 503 instead of 500 while the lookup table is unavailable or throttled, so that clients try again.
/// </summary>
internal sealed partial class LookupTableUnavailableHandler(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<LookupTableUnavailableHandler> logger
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
        metrics.AddUnavailable("lookup");
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
                    Detail = "The lookup table is unavailable. Try again later.",
                },
            }
        );
    }

    [LoggerMessage(
        4000,
        LogLevel.Warning,
        "Lookup table unavailable; requests return 503: {Exception}: {Reason} (next log in {Seconds} s)"
    )]
    private static partial void LogUnavailable(ILogger logger, string exception, string reason, double seconds);
}
