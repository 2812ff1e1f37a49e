using Amazon.DynamoDBv2;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts;
using Pos.Contracts.Processor;
using Pos.Processor.Quarantine;
using Pos.Storage;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Serves the whereabouts of a purchase: stored, still in flight, in quarantine, or unknown.
/// </summary>
internal static class WhereaboutsApi
{
    public static void AddWhereabouts(this IServiceCollection services)
    {
        services.AddSingleton<LakeSearch>();
        services.AddSingleton(provider => new PurchaseSearch(
            provider.GetRequiredService<IAmazonDynamoDB>(),
            provider.GetRequiredService<PosResources>(),
            provider.GetRequiredService<LakeSearch>(),
            provider.GetRequiredService<QuarantineListing>(),
            provider.GetService<StreamSearch>()
        ));
    }

    public static void MapWhereabouts(this IEndpointRouteBuilder app) =>
        app.MapGet("/purchases/{purchase_id}/whereabouts", GetAsync)
            .AddEndpointFilter<StoreUnavailableFilter>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    internal static async Task<Results<Ok<PurchaseWhereabouts>, ProblemHttpResult>> GetAsync(
        [FromRoute(Name = "purchase_id")] string purchaseId,
        PurchaseSearch search,
        CancellationToken cancellationToken
    ) =>
        purchaseId.Length > PurchaseLimits.MaxNameCharacters
            ? TypedResults.Problem(
                $"'purchase_id' has {purchaseId.Length} characters; "
                    + $"at most {PurchaseLimits.MaxNameCharacters} are allowed.",
                statusCode: StatusCodes.Status400BadRequest
            )
            : TypedResults.Ok(await search.FindAsync(purchaseId, cancellationToken));
}
