using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pos.Contracts;

namespace Pos.Tests.Cli;

/// <summary>
/// A stand-in for ingest that answers posts from a script and records accepted purchases. Accepts everything by
/// default.
/// </summary>
internal sealed class ScriptedIngest : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _posts;

    private ScriptedIngest(WebApplication app) => _app = app;

    /// <summary>Returns the answer to the n-th post (from 0), or null to accept it.</summary>
    public Func<int, IReadOnlyList<Purchase>, IResult?> Script { get; set; } = (_, _) => null;

    /// <summary>Accepted purchases in the order of their answers.</summary>
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

    /// <summary>Returns ingest's answer when it rejects some purchases of a request.</summary>
    public static IResult Rejected(int accepted, params (int Index, string Code)[] rejected) =>
        Results.Json(
            new
            {
                accepted,
                lines = 0,
                rejected = rejected.Select(item => new
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
