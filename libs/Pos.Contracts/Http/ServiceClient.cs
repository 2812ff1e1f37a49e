using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Polly;

namespace Pos.Contracts.Http;

/// <summary>
/// Calls one of our services. Every outcome is an <see cref="Answer{T}"/>; only the caller's own cancellation throws.
/// </summary>
public abstract class ServiceClient(HttpClient http, string service)
{
    /// <summary>Sends the requests.</summary>
    protected HttpClient Http => http;

    /// <summary>Gets a value.</summary>
    protected Task<Answer<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), type, cancellationToken);

    /// <summary>Posts a body once; only the caller knows whether it may be sent twice.</summary>
    protected Task<Answer<T>> PostAsync<TBody, T>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class =>
        SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyType) },
            type,
            cancellationToken
        );

    /// <summary>Sends a request and reads its JSON answer.</summary>
    protected async Task<Answer<T>> SendAsync<T>(
        Func<HttpRequestMessage> request,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var answer = await SendAsync(request, cancellationToken);
        return answer.Value is { } text ? Read(text, type) : answer.Failure!;
    }

    /// <summary>Reads a value from JSON.</summary>
    protected Answer<T> Read<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value ? value : UnknownFormat;
        }
        catch (JsonException)
        {
            return UnknownFormat;
        }
    }

    /// <summary>Sends a request and returns the body as text.</summary>
    protected async Task<Answer<string>> SendAsync(
        Func<HttpRequestMessage> request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var message = request();
            using var response = await http.SendAsync(message, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? text : FailureFrom(response, ProblemFrom(response, text));
        }
        catch (Exception error)
            when (error is HttpRequestException or ExecutionRejectedException or IOException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return new ServiceUnavailable(service, $"The {service} service does not answer.");
        }
    }

    private Failure FailureFrom(HttpResponseMessage response, Problem? problem)
    {
        var (status, detail) = (response.StatusCode, problem?.Detail ?? problem?.Title);
        return status switch
        {
            HttpStatusCode.NotFound => new NotFound(detail ?? "Not found."),
            HttpStatusCode.TooManyRequests => new ServiceUnavailable(
                service,
                detail ?? $"The {service} service is overloaded."
            )
            {
                Responded = true,
            },
            >= HttpStatusCode.InternalServerError => new ServiceUnavailable(
                service,
                detail ?? $"The {service} service returned an error ({(int)status})."
            )
            {
                Responded = true,
            },
            _ => new Refused(detail ?? $"The {service} service rejected the request ({(int)status}).")
            {
                Status = status,
                Title = problem?.Title,
                Errors = problem?.PurchaseErrors ?? [],
            },
        };
    }

    private ServiceUnavailable UnknownFormat =>
        new(service, $"The {service} service sent a response in an unknown format. Do both run the same version?");

    private static Problem? ProblemFrom(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return null;
        try
        {
            return JsonSerializer.Deserialize(text, ProblemJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The fields of a problem (RFC 9457) that clients read.</summary>
internal sealed record Problem(string? Title, string? Detail, JsonElement Errors)
{
    /// <summary>The errors of an invalid purchase; empty for other problems.</summary>
    [JsonIgnore]
    public IReadOnlyList<PurchaseError> PurchaseErrors =>
        Errors.ValueKind is JsonValueKind.Array ? Errors.Deserialize(ProblemJson.Default.PurchaseErrorArray)! : [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(PurchaseError[]))]
internal sealed partial class ProblemJson : JsonSerializerContext;
