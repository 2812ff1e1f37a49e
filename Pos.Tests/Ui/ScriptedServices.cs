using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;

namespace Pos.Tests.Ui;

/// <summary>
/// A server that answers as it is told, in the place of all three services, and the app's clients of it.
/// </summary>
internal sealed class ScriptedServices : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, (int Status, string Json)> _answers = new(StringComparer.Ordinal);

    private ScriptedServices(WebApplication app)
    {
        _app = app;
        _http = new HttpClient
        {
            BaseAddress = new(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };
        (Lookup, Ingest, Processor) = (new(_http), new(_http), new(_http));
    }

    public LookupClient Lookup { get; }
    public IngestClient Ingest { get; }
    public ProcessorClient Processor { get; }

    /// <summary>What was asked, with the query.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public static async Task<ScriptedServices> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        ScriptedServices? services = null;
        app.Map("{**path}", (HttpContext context) => services!.AnswerAsync(context));
        await app.StartAsync();
        return services = new(app);
    }

    /// <param name="path">Without its query.</param>
    public ScriptedServices Answer(string path, string json, int status = StatusCodes.Status200OK)
    {
        _answers[path] = (status, json);
        return this;
    }

    /// <summary>From now on nobody answers.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.Path + context.Request.QueryString);
        var (status, json) = _answers.GetValueOrDefault(
            context.Request.Path,
            (StatusCodes.Status404NotFound, """{"detail":"There is no such thing."}""")
        );
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await context.Response.WriteAsync(json);
    }
}
