using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Contracts.Lookup;
using Pos.Lookup.Sales;
using Pos.Reconciliation;
using Pos.Storage;

namespace Pos.Lookup.Checking;

/// <summary>Whether the stores hold the same: what <c>pos reconcile --json</c> tells.</summary>
internal static class ReconciliationApi
{
    private const string RetryAfterSeconds = "5";

    public static void MapReconciliation(this IEndpointRouteBuilder app) =>
        app.MapGroup("/reconciliation")
            .WithTags("Reconciliation")
            .RefuseUnknownParameters()
            .MapGet("", GetAsync)
            .WithName("GetReconciliation")
            .WithSummary(
                "Compares lake, lookup table and warehouse line by line, and tells what is on its way. Reads all of them: one at a time"
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
            if (await reconciliation.TryRunAsync(cancellationToken) is not { } answer)
                return Later(
                    StatusCodes.Status429TooManyRequests,
                    "The stores are being compared for another request: ask again when that has ended."
                );
            metrics.Reconciled(time.GetElapsedTime(began));
            return TypedResults.Ok(answer);
        }
        catch (Exception error) when (error is TimeoutException)
        {
            return Later(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        // The warehouse's failures are told as those of sales are.
        catch (Exception error)
            when (StoreUnavailable.IsFailedCall(error) && !cancellationToken.IsCancellationRequested)
        {
            return Later(
                StatusCodes.Status503ServiceUnavailable,
                $"Lake or lookup table cannot be read now: {error.Message}"
            );
        }

        ProblemHttpResult Later(int status, string detail)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
            return TypedResults.Problem(detail, statusCode: status);
        }
    }
}
