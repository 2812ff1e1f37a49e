using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pos.Tests.Backends;

/// <summary>
/// Serves Kinesis, DynamoDB and S3 at one URL like LocalStack, by passing requests on to LocalCloud and a table server.
/// Behaves like the less convenient servers: a new resource is not found by the first call, and some calls are
/// throttled.
/// </summary>
internal sealed class OneEndpoint : IAsyncDisposable
{
    private static readonly string[] s_connectionHeaders = ["Connection", "Host", "Keep-Alive", "Transfer-Encoding"];

    // Operations, the number of calls of which one is throttled, and the error.
    private static readonly (string Operation, int Every, int Status, string Code)[] s_throttles =
    [
        ("Kinesis_20131202.CreateStream", 2, 400, "LimitExceededException"),
        ("Kinesis_20131202.PutRecords", 10, 400, "ProvisionedThroughputExceededException"),
        ("Kinesis_20131202.GetRecords", 20, 400, "ProvisionedThroughputExceededException"),
        ("DynamoDB_20120810.UpdateItem", 50, 400, "ThrottlingException"),
        ("PUT", 10, 503, "SlowDown"),
    ];

    private readonly WebApplication _app;
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
        }
    );
    private readonly string _cloud;
    private readonly string _tables;
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private int _refused;

    private OneEndpoint(string cloud, string tables)
    {
        (_cloud, _tables) = (cloud, tables);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Url =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Response of <c>/_localstack/health</c>; null for 404, like servers other than LocalStack.</summary>
    public string? Health { get; set; }

    /// <summary>Number of valid calls that were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <param name="cloud">URL of Kinesis and S3.</param>
    /// <param name="tables">URL of DynamoDB.</param>
    public static async Task<OneEndpoint> StartAsync(string cloud, string tables)
    {
        var endpoint = new OneEndpoint(cloud, tables);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (context.Request.Path == "/_localstack/health")
            await WriteAsync(context, Health is null ? 404 : 200, "application/json", Health ?? "");
        else if (Refusal(context.Request, body) is var (status, code))
            await RefuseAsync(context, status, code);
        else
            await PassAsync(context, body);
    }

    private (int Status, string Code)? Refusal(HttpRequest request, MemoryStream body)
    {
        var target = request.Headers["X-Amz-Target"].ToString();
        if (
            target.EndsWith(".DescribeStreamSummary", StringComparison.Ordinal)
            || target.EndsWith(".DescribeTable", StringComparison.Ordinal)
        )
            return
                _calls.AddOrUpdate($"{target} {Convert.ToBase64String(body.ToArray())}", 1, (_, calls) => calls + 1)
                == 1
                ? (400, "ResourceNotFoundException")
                : null;
        var operation = target.Length > 0 ? target : request.Method;
        foreach (var throttle in s_throttles.Where(throttle => throttle.Operation == operation))
            return _calls.AddOrUpdate(operation, 1, (_, calls) => calls + 1) % throttle.Every == 1
                ? (throttle.Status, throttle.Code)
                : null;
        return null;
    }

    private async Task RefuseAsync(HttpContext context, int status, string code)
    {
        Interlocked.Increment(ref _refused);
        if (context.Request.Headers.ContainsKey("X-Amz-Target"))
            await WriteAsync(
                context,
                status,
                "application/x-amz-json-1.1",
                $$"""{"__type":"{{code}}","message":"Not now."}"""
            );
        else
            await WriteAsync(
                context,
                status,
                "application/xml",
                $"<Error><Code>{code}</Code><Message>Not now.</Message></Error>"
            );
    }

    private async Task PassAsync(HttpContext context, MemoryStream body)
    {
        var server = context
            .Request.Headers["X-Amz-Target"]
            .ToString()
            .StartsWith("DynamoDB_", StringComparison.Ordinal)
            ? _tables
            : _cloud;
        // Unchanged: the signature covers an object's key in this form.
        var url = new Uri(
            server + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), url);
        body.Position = 0;
        request.Content = new StreamContent(body);
        foreach (
            var (name, values) in context.Request.Headers.Where(header =>
                !s_connectionHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            )
        )
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
                request.Content.Headers.TryAddWithoutValidation(name, [.. values]);
        }
        using var answer = await _http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            context.RequestAborted
        );
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (
            var (name, values) in answer
                .Headers.Concat(answer.Content.Headers)
                .Where(header => !s_connectionHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        )
            context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, int status, string type, string text)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        return context.Response.WriteAsync(text);
    }
}
