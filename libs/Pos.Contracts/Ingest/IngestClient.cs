using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Pos.Contracts.Http;

namespace Pos.Contracts.Ingest;

/// <summary>Calls ingest.</summary>
public sealed class IngestClient(HttpClient http) : ServiceClient(http, "ingest")
{
    private static readonly MediaTypeHeaderValue s_ndjson = new(NdjsonReader.ContentType);

    /// <summary>Gets the counts of the process since it started.</summary>
    public Task<Answer<IngestStatus>> StatusAsync(CancellationToken cancellationToken) =>
        GetAsync("/status", IngestJson.Default.IngestStatus, cancellationToken);

    /// <summary>Posts purchases once. The caller repeats the call when the stream is unavailable.</summary>
    /// <param name="address">URL of ingest's <c>/purchases</c>.</param>
    /// <param name="ndjson">A purchase on each line.</param>
    /// <param name="cancellationToken">Ends the call; the purchases may or may not have arrived.</param>
    /// <exception cref="HttpRequestException">Ingest is unavailable.</exception>
    public async Task<HttpResponseMessage> PostAsync(Uri address, byte[] ndjson, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(ndjson) };
        request.Content.Headers.ContentType = s_ndjson;
        return await Http.SendAsync(request, cancellationToken);
    }

    /// <summary>Reads which purchases a response rejects.</summary>
    /// <returns>Null when the response does not list rejected purchases.</returns>
    /// <exception cref="JsonException">The response has another format.</exception>
    public static async Task<IReadOnlyList<RejectedPurchase>?> ReadRejectedAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted:
                await response.Content.ReadFromJsonAsync(IngestJson.Default.PurchasesAccepted, cancellationToken);
                return [];
            case HttpStatusCode.MultiStatus:
                var partly = await response.Content.ReadFromJsonAsync(
                    IngestJson.Default.PurchasesPartlyAccepted,
                    cancellationToken
                );
                return partly?.Rejected;
            case HttpStatusCode.BadRequest:
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                return await ReadProblemAsync(response, cancellationToken) is { Rejected: { Count: > 0 } rejected }
                    ? rejected
                    : null;
            default:
                return null;
        }
    }

    private static async Task<PurchasesProblem?> ReadProblemAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(IngestJson.Default.PurchasesProblem, cancellationToken);
        }
        catch (JsonException)
        {
            return null; // The problem concerns the body as a whole.
        }
    }
}
