using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pos.Contracts;

namespace Pos.Tests.Cli;

/// <summary>
/// Answers posts as a script says, and keeps what it accepted. Without a script it accepts everything.
/// </summary>
internal sealed class ScriptedIngest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _posts;

    private ScriptedIngest(WebApplication app) => _app = app;

    /// <summary>Which answer the n-th post gets, from 0; null accepts it.</summary>
    public Func<int, IReadOnlyList<Purchase>, IResult?> Script { get; set; } = (_, _) => null;

    /// <summary>The accepted ones in the order of their answers.</summary>
    public ConcurrentQueue<Purchase> Accepted { get; } = [];

    public int Posts => _posts;

    public string Url => _app.Urls.First();

    public static async Task<ScriptedIngest> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var ingest = new ScriptedIngest(app);
        app.MapPost("/purchases", ingest.AnswerAsync);
        await app.StartAsync();
        return ingest;
    }

    /// <summary>As ingest answers when some of a request's purchases are refused.</summary>
    public static IResult Refused(int accepted, params (int Index, string Code)[] refused) =>
        Results.Json(
            new
            {
                accepted,
                lines = 0,
                rejected = refused.Select(item => new
                {
                    index = item.Index,
                    purchase_id = "",
                    errors = new[]
                    {
                        new
                        {
                            field = "purchase_id",
                            code = item.Code,
                            message = "scripted",
                        },
                    },
                }),
            },
            statusCode: StatusCodes.Status207MultiStatus
        );

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var purchases = new List<Purchase>();
        while (await reader.ReadLineAsync() is { } line)
        {
            var reading = PurchaseReader.ReadPosted(
                System.Text.Encoding.UTF8.GetBytes(line),
                new PurchaseRules(TimeProvider.System.GetUtcNow())
            );
            purchases.Add(
                reading.Accepted?.Purchase ?? throw new JsonException($"pos sent a purchase that is not valid: {line}")
            );
        }
        if (Script(Interlocked.Increment(ref _posts) - 1, purchases) is { } scripted)
            return scripted;
        foreach (var purchase in purchases)
            Accepted.Enqueue(purchase);
        return Results.Json(
            new { accepted = purchases.Count, lines = purchases.Sum(purchase => purchase.Lines.Count) },
            statusCode: StatusCodes.Status202Accepted
        );
    }
}
