using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace Pos.Lookup.Sales;

/// <summary>
/// Answers 503, and not 500, while the warehouse cannot be reached or is too busy: who asks again will be answered.
/// </summary>
internal sealed partial class WarehouseAway(
    IProblemDetailsService problems,
    TimeProvider time,
    LookupMetrics metrics,
    ILogger<WarehouseAway> logger
) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    // An outage fails each request; one line in a while tells it.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private long _quietUntil = long.MinValue;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (
            exception is not NpgsqlException error
            || Reason(error) is not { } reason
            || httpContext.RequestAborted.IsCancellationRequested
        )
            return false;
        metrics.Unavailable("warehouse");
        if (IsNews())
            LogAway(logger, reason, exception.Message, s_quiet.TotalSeconds);
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

    // Null for what is wrong with the question or the service, which asking again does not mend.
    private static string? Reason(NpgsqlException error) =>
        error switch
        {
            PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } =>
                "The warehouse took too long for this answer: narrow the span, or ask again when it is less busy.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable
            } => "The warehouse is not set up yet.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            } => "The warehouse does not know the user that sales are read by: it is not set up yet.",
            PostgresException { IsTransient: false } => null,
            { InnerException: TimeoutException } => "The warehouse did not answer in time.",
            _ => "The warehouse cannot be reached now.",
        };

    private bool IsNews()
    {
        var now = time.GetUtcNow().Ticks;
        var until = Interlocked.Read(ref _quietUntil);
        return now >= until && Interlocked.CompareExchange(ref _quietUntil, now + s_quiet.Ticks, until) == until;
    }

    [LoggerMessage(
        4010,
        LogLevel.Warning,
        "Questions of sales are answered 503: {Answer} {Reason} (told again after {Seconds} s)"
    )]
    private static partial void LogAway(ILogger logger, string answer, string reason, double seconds);
}
