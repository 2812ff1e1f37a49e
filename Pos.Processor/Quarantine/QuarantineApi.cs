using System.ComponentModel;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Processor;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>Serves the quarantine: lists, shows, validates, retries and discards entries.</summary>
internal static class QuarantineApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxNoteCharacters = 500;

    // A record has up to 1 MiB, and a byte can take six characters in a JSON string.
    private const long MaxTextBytes = 8 * 1024 * 1024;

    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        var quarantine = app.MapGroup("/quarantine")
            .AddEndpointFilter<StoreUnavailableFilter>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        quarantine.MapGet("", ListAsync);
        quarantine.MapGet("/counts", CountAsync);
        quarantine.MapPost("/replay", RetryAllAsync);
        quarantine.MapGet("/{id}", ShowAsync);
        quarantine.MapPost("/{id}/validate", ValidateAsync).WithMetadata(new RequestSizeLimitAttribute(MaxTextBytes));
        quarantine.MapPost("/{id}/replay", RetryAsync).WithMetadata(new RequestSizeLimitAttribute(MaxTextBytes));
        quarantine.MapPost("/{id}/discard", DiscardAsync);
    }

    /// <summary>Returns a page of entries, newest first. A page may be short and still have a next one.</summary>
    internal static async Task<Results<Ok<EntriesPage>, ProblemHttpResult>> ListAsync(
        QuarantineListing listing,
        CancellationToken cancellationToken,
        [Description("One of the reasons; all if omitted")] string? reason = null,
        [Description("open, replayed, discarded or all")] string state = "open",
        [Description("Earliest arrival in the stream, inclusive")] DateTimeOffset? from = null,
        [Description("Latest arrival in the stream, exclusive")] DateTimeOffset? to = null,
        [Description("1 to 200 entries a page")] int limit = DefaultLimit,
        [Description("next_cursor of the previous page")] string? cursor = null
    )
    {
        if (
            !TryGetFilter(reason, state, from, to, out var filter, out var problem)
            || !IsPage(limit, cursor, out problem)
        )
            return problem;
        var (entries, next) = await listing.PageAsync(filter, limit, cursor, cancellationToken);
        return TypedResults.Ok(new EntriesPage([.. entries.Select(QuarantineViews.Summary)], next));
    }

    /// <summary>Counts entries by reason and state.</summary>
    internal static async Task<Results<Ok<QuarantineCounts>, ProblemHttpResult>> CountAsync(
        QuarantineListing listing,
        CancellationToken cancellationToken,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null
    )
    {
        var (counts, complete) = await listing.CountAsync(new(null, null, from, to), cancellationToken);
        return TypedResults.Ok(
            new QuarantineCounts(
                [
                    .. counts
                        .Keys.Select(key => key.Reason)
                        .Distinct()
                        .Order()
                        .Select(reason => new ReasonCount(
                            QuarantineKeys.NameOf(reason),
                            counts.GetValueOrDefault((reason, QuarantineState.Open)),
                            counts.GetValueOrDefault((reason, QuarantineState.Replayed)),
                            counts.GetValueOrDefault((reason, QuarantineState.Discarded))
                        )),
                ],
                complete
            )
        );
    }

    /// <summary>Returns an entry with its bytes.</summary>
    internal static async Task<Results<Ok<QuarantineView>, ProblemHttpResult>> ShowAsync(
        string id,
        QuarantineStore store,
        CancellationToken cancellationToken
    ) =>
        await store.ReadAsync(id, cancellationToken) is { } stored
            ? TypedResults.Ok(QuarantineViews.View(stored, await store.ReadRawAsync(id, cancellationToken)))
            : Missing(id);

    /// <summary>Validates a text that would replace the entry's bytes. Changes nothing.</summary>
    internal static async Task<Results<Ok<TextValidation>, ProblemHttpResult>> ValidateAsync(
        string id,
        ValidateRequest request,
        QuarantineStore store,
        CancellationToken cancellationToken
    )
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        var errors = RetryText.FromText(stored.Entry, request.Text).Errors;
        return TypedResults.Ok(new TextValidation(errors is [], errors));
    }

    /// <summary>
    /// Writes an entry, unchanged or corrected, to the stores at its original position in the stream. Repeating the
    /// request changes nothing.
    /// </summary>
    internal static async Task<
        Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult>
    > RetryAsync(string id, RetryRequest request, QuarantineActions actions, CancellationToken cancellationToken) =>
        ToResponse(await actions.RetryAsync(id, request.Text, cancellationToken));

    /// <summary>Closes an entry permanently without writing it to the stores. Keeps its bytes.</summary>
    internal static async Task<
        Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult>
    > DiscardAsync(string id, DiscardRequest request, QuarantineActions actions, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(request.Note) || request.Note.Length > MaxNoteCharacters
            ? BadRequest($"'note' must give the reason for the discard in 1 to {MaxNoteCharacters} characters.")
            : ToResponse(await actions.DiscardAsync(id, request.Note, cancellationToken));

    /// <summary>Retries a page of a reason's open entries unchanged.</summary>
    internal static async Task<Results<Ok<RetryPage>, ProblemHttpResult>> RetryAllAsync(
        RetryReasonRequest request,
        QuarantineListing listing,
        QuarantineActions actions,
        CancellationToken cancellationToken
    )
    {
        var limit = request.Limit ?? DefaultLimit;
        if (
            !TryGetReason(request.Reason, out var reason, out var problem)
            || !IsPage(limit, request.Cursor, out problem)
        )
            return problem;
        var (entries, next) = await listing.PageAsync(
            new(reason, QuarantineState.Open, null, null),
            limit,
            request.Cursor,
            cancellationToken
        );
        var results = new List<RetryResult>();
        var cursor = request.Cursor;
        foreach (var entry in entries)
        {
            try
            {
                var result = await actions.RetryAsync(entry.Id, null, cancellationToken);
                results.Add(new(result.Id, QuarantineViews.NameOf(result.Outcome), result.Detail, result.Errors));
            }
            catch (Exception e) when (StoreUnavailable.IsCause(e, cancellationToken))
            {
                return TypedResults.Ok(new RetryPage(results, cursor, e.Message));
            }
            cursor = entry.Id;
        }
        return TypedResults.Ok(new RetryPage(results, next, null));
    }

    private static Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult> ToResponse(
        QuarantineResult result
    ) =>
        result.Outcome switch
        {
            QuarantineOutcome.Replayed => TypedResults.Ok(new ClosedEntry(result.Id, QuarantineStates.Replayed)),
            QuarantineOutcome.Discarded => TypedResults.Ok(new ClosedEntry(result.Id, QuarantineStates.Discarded)),
            QuarantineOutcome.Invalid => TypedResults.Json(
                new InvalidTextProblem
                {
                    Status = StatusCodes.Status422UnprocessableEntity,
                    Title = result.Detail,
                    Detail = result.Errors![0].Message,
                    Errors = result.Errors,
                },
                ProcessorJson.Default.InvalidTextProblem,
                MediaTypeNames.Application.ProblemJson,
                StatusCodes.Status422UnprocessableEntity
            ),
            QuarantineOutcome.Missing => Missing(result.Id),
            QuarantineOutcome.Conflict or QuarantineOutcome.NoRoom => TypedResults.Problem(
                result.Detail,
                statusCode: StatusCodes.Status409Conflict
            ),
            _ => throw new InvalidOperationException($"Outcome {result.Outcome} has no response."),
        };

    private static bool TryGetFilter(
        string? reason,
        string state,
        DateTimeOffset? from,
        DateTimeOffset? to,
        out QuarantineFilter filter,
        out ProblemHttpResult problem
    )
    {
        (filter, problem) = (new(null, null, from, to), null!);
        if (reason is not null)
        {
            if (!TryGetReason(reason, out var found, out problem))
                return false;
            filter = filter with { Reason = found };
        }
        if (state is not "all")
        {
            if (
                !Enum.TryParse<QuarantineState>(state, ignoreCase: true, out var found)
                || !Enum.IsDefined(found)
                || char.IsAsciiDigit(state[0])
            )
            {
                problem = BadRequest($"'state' is '{state}'; allowed are open, replayed, discarded and all.");
                return false;
            }
            filter = filter with { State = found };
        }
        return true;
    }

    private static bool TryGetReason(string? name, out QuarantineReason reason, out ProblemHttpResult problem)
    {
        var isReason = QuarantineKeys.TryGetReason(name, out reason);
        problem = isReason
            ? null!
            : BadRequest(
                $"'reason' is '{name}'; allowed are "
                    + string.Join(", ", Enum.GetValues<QuarantineReason>().Select(QuarantineKeys.NameOf))
                    + "."
            );
        return isReason;
    }

    private static bool IsPage(int limit, string? cursor, out ProblemHttpResult problem)
    {
        problem =
            limit is < 1 or > MaxLimit ? BadRequest($"'limit' is {limit}; 1 to {MaxLimit} are allowed.")
            : cursor is not null && !QuarantineKeys.IsId(cursor)
                ? BadRequest("'cursor' is not the next_cursor of a previous page.")
            : null!;
        return problem is null;
    }

    private static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult Missing(string id) =>
        TypedResults.Problem($"Entry '{id}' does not exist.", statusCode: StatusCodes.Status404NotFound);
}
