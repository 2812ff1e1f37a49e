using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Polly;

namespace Pos.Ui.Clients;

/// <summary>
/// Asks one of our services and never throws for what it says, or for its silence: every outcome is an
/// <see cref="Answer{T}"/>.
/// </summary>
public abstract class ServiceClient(HttpClient http, string service)
{
    protected HttpClient Http => http;

    protected Task<Answer<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), type, cancellationToken);

    /// <remarks>It is sent once: only who asks knows whether it may be sent twice.</remarks>
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

    protected Answer<T> Read<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value ? value : NotUnderstood;
        }
        catch (JsonException)
        {
            return NotUnderstood;
        }
    }

    /// <summary>The body as it came.</summary>
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
            return response.IsSuccessStatusCode ? text : FailureOf(response.StatusCode, Detail(response, text));
        }
        catch (Exception silence)
            when (silence is HttpRequestException or ExecutionRejectedException or IOException
                || (silence is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return new ServiceAway(service, $"The {service} service does not answer.");
        }
    }

    /// <summary>What an answer means that is no success.</summary>
    protected Failure FailureOf(HttpStatusCode status, string? detail) =>
        status switch
        {
            HttpStatusCode.NotFound => new NotThere(detail ?? "There is no such thing."),
            HttpStatusCode.TooManyRequests => new ServiceAway(
                service,
                detail ?? $"The {service} service has too much to do."
            )
            {
                WasHeard = true,
            },
            >= HttpStatusCode.InternalServerError => new ServiceAway(
                service,
                detail ?? $"The {service} service answered with an error ({(int)status})."
            )
            {
                WasHeard = true,
            },
            _ => new Refused(detail ?? $"The {service} service refused the question ({(int)status})."),
        };

    private ServiceAway NotUnderstood =>
        new(service, $"The {service} service answered what is not understood here. Do both run the same version?");

    private static string? Detail(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return null;
        try
        {
            var problem = JsonSerializer.Deserialize(text, ProblemJson.Default.ProblemDetails);
            return problem?.Detail ?? problem?.Title;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJson : System.Text.Json.Serialization.JsonSerializerContext;
