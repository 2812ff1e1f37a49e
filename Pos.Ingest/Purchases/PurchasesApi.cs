using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.Contracts.Ingest;
using Pos.Ingest.Stream;

namespace Pos.Ingest.Purchases;

/// <summary>
/// Serves <c>POST /purchases</c>. Purchases that the response calls accepted are in the stream; all others are listed
/// with their errors.
/// </summary>
internal static class PurchasesApi
{
    private static readonly TimeSpan s_retryWhenFull = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retryWhenUnavailable = TimeSpan.FromSeconds(2);

    public static void MapPurchases(this IEndpointRouteBuilder app)
    {
        // Not a group: its route would be "/purchases/" in traces and metrics.
        app.MapPost("/purchases", PostAsync).WithTags("Purchases").WithName("PostPurchases").DescribePost();
    }

    internal static async Task<
        Results<
            Accepted<PurchasesAccepted>,
            JsonHttpResult<PurchasesPartlyAccepted>,
            JsonHttpResult<PurchasesProblem>,
            ProblemHttpResult
        >
    > PostAsync(
        HttpContext context,
        PurchaseStream stream,
        ByteBudget budget,
        PurchaseMetrics metrics,
        IOptions<IngestOptions> options,
        TimeProvider time
    )
    {
        try
        {
            using var body = RequestBody.Open(context.Request, budget, options.Value.MaxBodyBytes);
            var posted = new PostedPurchases(
                new PurchaseRules(time.GetUtcNow(), options.Value.DefaultCurrency),
                options.Value
            );
            await posted.ReadAsync(body, context.RequestAborted);

            // Do not cancel from here on, even if the client disconnects: records in flight may reach the stream.
            var valid = posted.Valid;
            var outcome = posted.CreateOutcome(valid is [] ? [] : await stream.AppendAsync(valid));
            metrics.AddOutcome(outcome);
            return outcome switch
            {
                { Rejected: [] } => TypedResults.Accepted(
                    (string?)null,
                    new PurchasesAccepted(outcome.Accepted, outcome.Lines)
                ),
                { Accepted: > 0 } => TypedResults.Json(
                    new PurchasesPartlyAccepted(outcome.Accepted, outcome.Lines, outcome.Rejected),
                    IngestJson.Readable.PurchasesPartlyAccepted,
                    statusCode: StatusCodes.Status207MultiStatus
                ),
                _ => NoneAccepted(context.Response, outcome, isUnavailable: valid is not []),
            };
        }
        catch (RejectedRequestException rejection)
        {
            if (rejection.StatusCode == StatusCodes.Status429TooManyRequests)
                SetRetryAfter(context.Response, s_retryWhenFull);
            return TypedResults.Problem(rejection.Message, statusCode: rejection.StatusCode);
        }
    }

    private static JsonHttpResult<PurchasesProblem> NoneAccepted(
        HttpResponse response,
        PurchasesOutcome outcome,
        bool isUnavailable
    )
    {
        if (isUnavailable)
            SetRetryAfter(response, s_retryWhenUnavailable);
        var problem = new PurchasesProblem
        {
            Status = isUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest,
            Title = isUnavailable ? "The stream is unavailable." : "No purchase is valid.",
            Detail = isUnavailable
                ? "The stream acknowledged no purchase in time. Send the request again."
                : "Nothing was accepted. Each purchase is listed with its errors.",
            Rejected = outcome.Rejected,
        };
        return TypedResults.Json(
            problem,
            IngestJson.Readable.PurchasesProblem,
            MediaTypeNames.Application.ProblemJson,
            problem.Status
        );
    }

    private static void SetRetryAfter(HttpResponse response, TimeSpan pause) =>
        response.Headers.RetryAfter = ((int)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
