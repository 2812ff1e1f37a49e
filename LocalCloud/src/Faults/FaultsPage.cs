using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LocalCloud.Faults;

/// <summary>
/// <c>/_faults</c>: adds, lists and deletes faults. Like all paths that start with an underscore, it needs no
/// signature.
/// </summary>
internal static class FaultsPage
{
    private const int MaxRequestBytes = 16 * 1024;

    public static void MapFaults(this WebApplication app)
    {
        app.MapPost("/_faults", AddAsync);
        app.MapGet("/_faults", (FaultInjection faults) =>
            TypedResults.Json(
                new FaultsStatus([.. faults.Rules.Select(rule => rule.Status)]),
                FaultJson.Default.FaultsStatus
            )
        );
        app.MapDelete("/_faults", NoContent (FaultInjection faults) =>
        {
            faults.Remove();
            return TypedResults.NoContent();
        });
        app.MapDelete("/_faults/{id:int}", Results<NoContent, NotFound> (FaultInjection faults, int id) =>
            faults.Remove(id) ? TypedResults.NoContent() : TypedResults.NotFound()
        );
    }

    private static async Task<Results<JsonHttpResult<FaultStatus>, ProblemHttpResult, ValidationProblem>> AddAsync(
        HttpContext context,
        FaultInjection faults
    )
    {
        // Any website can make a browser post other content types here. For JSON, the browser sends a preflight
        // request.
        if (!context.Request.HasJsonContentType())
            return TypedResults.Problem(
                "The Content-Type must be application/json.",
                statusCode: StatusCodes.Status415UnsupportedMediaType
            );
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxRequestBytes;
        FaultRequest? fault;
        try
        {
            fault = await JsonSerializer.DeserializeAsync(
                context.Request.Body,
                FaultJson.Default.FaultRequest,
                context.RequestAborted
            );
        }
        catch (JsonException error)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException error)
        {
            return TypedResults.Problem(error.Message, statusCode: error.StatusCode);
        }
        if (fault is null)
            return TypedResults.Problem(
                "The body must be a fault, not null.",
                statusCode: StatusCodes.Status400BadRequest
            );
        if (FaultValidation.Validate(fault) is { Count: > 0 } errors)
            return TypedResults.ValidationProblem(errors);
        return faults.Add(fault) is { } rule
            ? TypedResults.Json(rule.Status, FaultJson.Default.FaultStatus, statusCode: StatusCodes.Status201Created)
            : TypedResults.Problem(
                $"There are {FaultInjection.MaxRules} faults, the maximum. Delete some first.",
                statusCode: StatusCodes.Status400BadRequest
            );
    }
}
