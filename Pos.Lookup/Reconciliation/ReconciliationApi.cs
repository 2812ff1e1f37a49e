using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Contracts.Lookup;
using Pos.Lookup.Sales;
using Pos.Reconciliation;
using Pos.Storage;

namespace Pos.Lookup.Reconciliation;

/// <summary>Serves the reconciliation of the stores, with the same JSON as <c>pos reconcile --json</c>.</summary>
internal static class ReconciliationApi
{
    private const string RetryAfterSeconds = "5";

    public static void MapReconciliation(this IEndpointRouteBuilder app) =>
        app.MapGroup("/reconciliation")
            .WithTags("Reconciliation")
            .RejectUnknownParameters()
            .MapGet("", GetAsync)
            .WithName("GetReconciliation")
            .WithSummary(
                "Reconciles lake, lookup table and warehouse line by line, and counts what is in flight. Reads all "
                    + "data, so only one request runs at a time"
            )
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    internal static async Task<Results<Ok<ReconciliationResult>, ProblemHttpResult>> GetAsync(
        SingleReconciliation reconciliation,
        LookupMetrics metrics,
        TimeProvider time,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        try
        {
            if (await reconciliation.TryRunAsync(cancellationToken) is not { } result)
                return TryLater(
                    StatusCodes.Status429TooManyRequests,
                    "Another reconciliation is running. Try again when it has finished."
                );
            metrics.RecordReconciliation(time.GetElapsedTime(began));
            return TypedResults.Ok(result);
        }
        catch (Exception error) when (error is TimeoutException)
        {
            return TryLater(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        // WarehouseUnavailableHandler handles failures of the warehouse.
        catch (Exception error)
            when (StoreUnavailable.IsFailedCall(error) && !cancellationToken.IsCancellationRequested)
        {
            return TryLater(
                StatusCodes.Status503ServiceUnavailable,
                $"Lake or lookup table unavailable: {error.Message}"
            );
        }

        ProblemHttpResult TryLater(int status, string detail)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem(detail, statusCode: status);
        }
    }
}
