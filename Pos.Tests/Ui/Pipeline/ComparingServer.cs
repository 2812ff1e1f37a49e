using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Tests.Ui.Pipeline;

/// <summary>Lookup, as far as it compares the stores: answers when it is told to.</summary>
internal sealed class ComparingServer : HttpMessageHandler
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly TaskCompletionSource<HttpResponseMessage> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public bool WasCancelled { get; private set; }

    public void Answer(ReconciliationResult answer) =>
        _answer.SetResult(new(HttpStatusCode.OK) { Content = JsonContent.Create(answer, options: s_json) });

    public void Refuse(string detail) =>
        _answer.SetResult(
            new(HttpStatusCode.TooManyRequests)
            {
                Content = JsonContent.Create(
                    new { detail },
                    new System.Net.Http.Headers.MediaTypeHeaderValue("application/problem+json")
                ),
            }
        );

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        using var cancelled = cancellationToken.Register(() => WasCancelled = true);
        return await _answer.Task.WaitAsync(cancellationToken);
    }
}
