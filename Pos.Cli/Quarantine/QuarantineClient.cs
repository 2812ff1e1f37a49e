using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pos.Contracts;

namespace Pos.Cli.Quarantine;

/// <summary>The processor did not do what it was asked.</summary>
/// <param name="exitCode">What <c>pos</c> ends with.</param>
/// <param name="message">Why.</param>
/// <param name="errors">Of a text that is no valid purchase.</param>
internal sealed class QuarantineException(int exitCode, string message, IReadOnlyList<PurchaseError>? errors = null)
    : Exception(message)
{
    public int ExitCode => exitCode;
    public IReadOnlyList<PurchaseError> Errors => errors ?? [];
}

/// <summary>Asks the processor about its quarantine.</summary>
internal sealed class QuarantineClient(HttpClient http, Uri processor)
{
    public Task<EntryPage> ListAsync(
        string? reason,
        string state,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            $"?state={Escaped(state)}&limit={limit}{(reason is null ? "" : $"&reason={Escaped(reason)}")}{(cursor is null ? "" : $"&cursor={Escaped(cursor)}")}",
            QuarantineJson.Default.EntryPage,
            cancellationToken
        );

    public Task<EntryCounts> CountAsync(CancellationToken cancellationToken) =>
        GetAsync("/counts", QuarantineJson.Default.EntryCounts, cancellationToken);

    public Task<EntryView> ShowAsync(string id, CancellationToken cancellationToken) =>
        GetAsync($"/{Escaped(id)}", QuarantineJson.Default.EntryView, cancellationToken);

    public Task<ClosedEntry> ReplayAsync(string id, string? text, CancellationToken cancellationToken) =>
        PostAsync(
            $"/{Escaped(id)}/replay",
            new(text),
            QuarantineJson.Default.ReplayText,
            QuarantineJson.Default.ClosedEntry,
            cancellationToken
        );

    public Task<ReplayedPage> ReplayReasonAsync(string reason, string? cursor, CancellationToken cancellationToken) =>
        PostAsync(
            "/replay",
            new(reason, cursor),
            QuarantineJson.Default.ReplayReason,
            QuarantineJson.Default.ReplayedPage,
            cancellationToken
        );

    public Task<ClosedEntry> DiscardAsync(string id, string note, CancellationToken cancellationToken) =>
        PostAsync(
            $"/{Escaped(id)}/discard",
            new(note),
            QuarantineJson.Default.DiscardNote,
            QuarantineJson.Default.ClosedEntry,
            cancellationToken
        );

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        SendAsync(() => http.GetAsync(Url(path), cancellationToken), answer, cancellationToken);

    private Task<T> PostAsync<TRequest, T>(
        string path,
        TRequest request,
        JsonTypeInfo<TRequest> type,
        JsonTypeInfo<T> answer,
        CancellationToken cancellationToken
    ) => SendAsync(() => http.PostAsJsonAsync(Url(path), request, type, cancellationToken), answer, cancellationToken);

    private async Task<T> SendAsync<T>(
        Func<Task<HttpResponseMessage>> send,
        JsonTypeInfo<T> answer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await send();
            if (response.IsSuccessStatusCode)
                return await response.Content.ReadFromJsonAsync(answer, cancellationToken)
                    ?? throw new JsonException("The answer is null.");
            throw await RefusedAsync(response, cancellationToken);
        }
        catch (Exception away)
            when (away
                    is HttpRequestException
                        or JsonException
                        or TaskCanceledException { CancellationToken.IsCancellationRequested: false }
            )
        {
            throw new QuarantineException(ExitCodes.Unavailable, $"{processor} cannot be reached: {away.Message}");
        }
    }

    private static async Task<QuarantineException> RefusedAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var refusal = response.Content.Headers.ContentType?.MediaType is "application/problem+json"
            ? await response.Content.ReadFromJsonAsync(QuarantineJson.Default.Refusal, cancellationToken)
            : null;
        var exitCode = response.StatusCode switch
        {
            HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity => ExitCodes.SomeRejected,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => ExitCodes.Unusable,
            _ => ExitCodes.Unavailable,
        };
        var errors = refusal?.Errors;
        return new(
            exitCode,
            (errors is null ? refusal?.Detail : refusal?.Title)
                ?? $"{(int)response.StatusCode} {response.ReasonPhrase}",
            errors
        );
    }

    private Uri Url(string path) => new(processor, "/quarantine" + path);

    private static string Escaped(string text) => Uri.EscapeDataString(text);
}
