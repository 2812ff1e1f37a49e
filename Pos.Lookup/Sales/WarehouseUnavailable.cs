using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup.Sales;

/// <summary>
/// Answers 503, and not 500, while the warehouse cannot be reached or is too busy: who asks again will be answered.
/// </summary>
internal sealed partial class WarehouseUnavailable(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<WarehouseUnavailable> logger
) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    private readonly LogInterval _interval = new(TimeSpan.FromSeconds(30), time);

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (
            exception is not NpgsqlException error
            || StoreUnavailable.WarehouseReason(error) is not { } reason
            || httpContext.RequestAborted.IsCancellationRequested
        )
            return false;
        metrics.Unavailable("warehouse");
        if (_interval.IsDue())
            LogUnavailable(logger, reason, exception.Message, _interval.Seconds);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(
            new()
            {
                HttpContext = httpContext,
                Exception = exception,
                ProblemDetails = { Status = StatusCodes.Status503ServiceUnavailable, Detail = reason },
            }
        );
    }

    [LoggerMessage(
        4010,
        LogLevel.Warning,
        "Questions of sales are answered 503: {Answer} {Reason} (told again after {Seconds} s)"
    )]
    private static partial void LogUnavailable(ILogger logger, string answer, string reason, double seconds);
}
