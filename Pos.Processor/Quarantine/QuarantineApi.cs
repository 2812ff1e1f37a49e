using System.ComponentModel;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Processor;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>What is in quarantine: to be listed, looked at, mended and replayed, or discarded.</summary>
internal static class QuarantineApi
{
    private const int DefaultLimit = 50;
    private const int MaximumLimit = 200;
    private const int MaximumNoteCharacters = 500;

    // A record has 1 MiB; each of its bytes can be six in a JSON string.
    private const long MaximumTextBytes = 8 * 1024 * 1024;

    public static void MapQuarantine(this IEndpointRouteBuilder app)
    {
        var quarantine = app.MapGroup("/quarantine")
            .AddEndpointFilter<StoreUnavailableFilter>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        quarantine.MapGet("", ListAsync);
        quarantine.MapGet("/counts", CountAsync);
        quarantine.MapPost("/replay", ReplayAllAsync);
        quarantine.MapGet("/{id}", ShowAsync);
        quarantine
            .MapPost("/{id}/validate", ValidateAsync)
            .WithMetadata(new RequestSizeLimitAttribute(MaximumTextBytes));
        quarantine.MapPost("/{id}/replay", ReplayAsync).WithMetadata(new RequestSizeLimitAttribute(MaximumTextBytes));
        quarantine.MapPost("/{id}/discard", DiscardAsync);
    }

    /// <summary>A page of entries, newest first. It may be short and have a next one.</summary>
    internal static async Task<Results<Ok<EntriesPage>, ProblemHttpResult>> ListAsync(
        QuarantineListing listing,
        CancellationToken cancellationToken,
        [Description("One of the reasons; every one if left out")] string? reason = null,
        [Description("open, replayed, discarded or all")] string state = "open",
        [Description("Arrived in the stream then or later")] DateTimeOffset? from = null,
        [Description("Arrived in the stream before")] DateTimeOffset? to = null,
        [Description("1 to 200 entries a page")] int limit = DefaultLimit,
        [Description("next_cursor of the page before")] string? cursor = null
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

    /// <summary>How many entries there are of each reason.</summary>
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

    /// <summary>An entry with its bytes.</summary>
    internal static async Task<Results<Ok<QuarantineView>, ProblemHttpResult>> ShowAsync(
        string id,
        QuarantineStore store,
        CancellationToken cancellationToken
    ) =>
        await store.ReadAsync(id, cancellationToken) is { } stored
            ? TypedResults.Ok(QuarantineViews.View(stored, await store.ReadRawAsync(id, cancellationToken)))
            : Missing(id);

    /// <summary>Holds a text against the contract, and does nothing with it.</summary>
    internal static async Task<Results<Ok<TextValidation>, ProblemHttpResult>> ValidateAsync(
        string id,
        ValidateRequest request,
        QuarantineStore store,
        CancellationToken cancellationToken
    )
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        var errors = ReplayText.Proposed(stored.Entry, request.Text).Errors;
        return TypedResults.Ok(new TextValidation(errors is [], errors));
    }

    /// <summary>
    /// Brings an entry, as it is or mended, into the stores at its place in the stream. Once more changes nothing.
    /// </summary>
    internal static async Task<
        Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult>
    > ReplayAsync(string id, RetryRequest request, QuarantineDesk desk, CancellationToken cancellationToken) =>
        Answer(await desk.ReplayAsync(id, request.Text, cancellationToken));

    /// <summary>Closes an entry for good. Its bytes stay.</summary>
    internal static async Task<
        Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult>
    > DiscardAsync(string id, DiscardRequest request, QuarantineDesk desk, CancellationToken cancellationToken) =>
        string.IsNullOrWhiteSpace(request.Note) || request.Note.Length > MaximumNoteCharacters
            ? BadRequest($"'note' says why it is discarded, in 1 to {MaximumNoteCharacters} characters.")
            : Answer(await desk.DiscardAsync(id, request.Note, cancellationToken));

    /// <summary>Replays a reason's open entries as they are, a page at a time.</summary>
    internal static async Task<Results<Ok<RetryPage>, ProblemHttpResult>> ReplayAllAsync(
        RetryReasonRequest request,
        QuarantineListing listing,
        QuarantineDesk desk,
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
                var result = await desk.ReplayAsync(entry.Id, null, cancellationToken);
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

    private static Results<Ok<ClosedEntry>, JsonHttpResult<InvalidTextProblem>, ProblemHttpResult> Answer(
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
            _ => throw new InvalidOperationException($"{result.Outcome} has no answer."),
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
                problem = BadRequest($"'state' is '{state}'; there are open, replayed, discarded and all.");
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
                $"'reason' is '{name}'; there are {string.Join(", ", Enum.GetValues<QuarantineReason>().Select(QuarantineKeys.NameOf))}."
            );
        return isReason;
    }

    private static bool IsPage(int limit, string? cursor, out ProblemHttpResult problem)
    {
        problem =
            limit is < 1 or > MaximumLimit ? BadRequest($"'limit' is {limit}; 1 to {MaximumLimit} are allowed.")
            : cursor is not null && !QuarantineKeys.IsId(cursor)
                ? BadRequest("'cursor' is not the next_cursor of a page.")
            : null!;
        return problem is null;
    }

    private static ProblemHttpResult BadRequest(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    private static ProblemHttpResult Missing(string id) =>
        TypedResults.Problem($"There is no entry '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
