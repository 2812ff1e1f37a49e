using Pos.Storage;

namespace Pos.Processor.Quarantine;

/// <summary>Returns 503 with the reason while a store is unavailable. Clients may repeat the request.</summary>
internal sealed partial class StoreUnavailableFilter(ILogger<StoreUnavailableFilter> logger) : IEndpointFilter
{
    private const string RetryAfterSeconds = "2";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (StoreUnavailable.IsCause(e, context.HttpContext.RequestAborted))
        {
            LogUnavailable(logger, e.GetType().Name, e.Message);
            context.HttpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem(
                $"A store is unavailable: {e.Message} Nothing is lost; try again.",
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    [LoggerMessage(2070, LogLevel.Warning, "Store unavailable; request returns 503: {Exception}: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string exception, string reason);
}
