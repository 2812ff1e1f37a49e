using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Pos.Tests.AwsSdk;

/// <summary>A request that the server received.</summary>
internal sealed record RecordedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>A response of the server.</summary>
internal sealed record Answer(int Status, string Body, params (string Name, string Value)[] Headers)
{
    /// <summary>No response until the client closes the connection.</summary>
    public static readonly Answer Never = new(0, "");

    public static Answer Ok(string json) => new(200, json);

    public static Answer Error(string code, string message, int status = 400) =>
        new(status, $$"""{"__type":"{{code}}","message":"{{message}}"}""");
}

/// <summary>
/// An HTTP server that records requests and returns the prepared answers in order. It repeats the last one.
/// </summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    public const string RequestId = "9e6a9f3e-4c1f-4a0c-8f39-6d1f7e0a0001";

    private readonly WebApplication _app;
    private readonly TaskCompletionSource _firstRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RecordingServer(WebApplication app) => _app = app;

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();
    public string Url =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<RecordingServer> StartAsync(params Answer[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var server = new RecordingServer(app);
        var pending = new ConcurrentQueue<Answer>(answers);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            );
            server.Requests.Enqueue(
                new RecordedRequest(context.Request.Method, context.Request.Path, headers, body.ToArray())
            );
            server._firstRequest.TrySetResult();
            await AnswerAsync(context, pending.TryDequeue(out var next) ? next : answers[^1]);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>The only request received.</summary>
    public RecordedRequest TheRequest => Assert.Single(Requests);

    public Task FirstRequestAsync() => _firstRequest.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, Answer answer)
    {
        if (answer == Answer.Never)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        context.Response.Headers["x-amzn-RequestId"] = RequestId;
        foreach (var (name, value) in answer.Headers)
            context.Response.Headers[name] = value;
        await context.Response.WriteAsync(answer.Body);
    }
}
