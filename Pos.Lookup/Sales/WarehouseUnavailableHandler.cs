using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Lookup.Sales;

/// <summary>
/// Returns 503 instead of 500 while the warehouse is unavailable or too busy, so that clients try again.
/// </summary>
internal sealed partial class WarehouseUnavailableHandler(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<WarehouseUnavailableHandler> logger
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
        metrics.AddUnavailable("warehouse");
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
        "Warehouse unavailable; sales requests return 503: {Detail} {Reason} (next log in {Seconds} s)"
    )]
    private static partial void LogUnavailable(ILogger logger, string detail, string reason, double seconds);
}
