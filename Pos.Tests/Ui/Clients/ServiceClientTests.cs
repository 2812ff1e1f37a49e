using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.ServiceDefaults;
using Pos.Ui;
using Xunit;

namespace Pos.Tests.Ui.Clients;

/// <summary>
/// A client as the app has it, resilience and service discovery included, and a server that answers as it is told.
/// </summary>
[SystemTest]
public sealed class ServiceClientTests : IAsyncLifetime
{
    private const string Freshness =
        """{"newest_event_at":null,"newest_load_at":null,"rows":7,"rows_not_merged":0,"oldest_not_merged_at":null}""";

    private readonly WebApplication _server = Build();
    private int _status = StatusCodes.Status200OK;
    private string _body = Freshness;
    private string _contentType = "application/json";
    private int _requests;

    public async ValueTask InitializeAsync()
    {
        _server.Map("{**path}", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _requests);
            (context.Response.StatusCode, context.Response.ContentType) = (_status, _contentType);
            await context.Response.WriteAsync(_body);
        });
        await _server.StartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_value_is_a_value()
    {
        var answer = await AskAsync();
        Assert.Equal((7, null), (answer.Value?.Rows, answer.Failure));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, typeof(NotFound))]
    [InlineData(HttpStatusCode.BadRequest, typeof(Refused))]
    [InlineData(HttpStatusCode.Conflict, typeof(Refused))]
    [InlineData(HttpStatusCode.TooManyRequests, typeof(ServiceUnavailable))]
    [InlineData(HttpStatusCode.InternalServerError, typeof(ServiceUnavailable))]
    [InlineData(HttpStatusCode.ServiceUnavailable, typeof(ServiceUnavailable))]
    public async Task A_problem_is_told_in_the_services_own_words(HttpStatusCode status, Type failure)
    {
        (_status, _contentType, _body) = (
            (int)status,
            "application/problem+json",
            """{"detail":"The warehouse cannot be reached now."}"""
        );
        var answer = await AskAsync();
        Assert.IsType(failure, answer.Failure);
        Assert.Equal("The warehouse cannot be reached now.", answer.Failure.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData(
        """{"newest_event_at":null,"newest_load_at":null,"rows":"many","rows_not_merged":0,"oldest_not_merged_at":null}"""
    )]
    public async Task What_is_not_understood_is_no_value(string body)
    {
        _body = body;
        Assert.Contains(
            "unknown format",
            Assert.IsType<ServiceUnavailable>((await AskAsync()).Failure).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_named()
    {
        var url = _server.Urls.First();
        await _server.StopAsync();
        var away = Assert.IsType<ServiceUnavailable>((await AskAsync(url)).Failure);
        Assert.Equal(("lookup", "The lookup service does not answer."), (away.Service, away.Text));
    }

    [Fact]
    public async Task A_question_is_asked_twice_and_no_more()
    {
        _status = StatusCodes.Status503ServiceUnavailable;
        Assert.IsType<ServiceUnavailable>((await AskAsync()).Failure);
        Assert.Equal(2, _requests);
    }

    [Fact]
    public async Task Who_leaves_is_not_answered()
    {
        await using var services = Services(_server.Urls.First());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            services.GetRequiredService<LookupClient>().FreshnessAsync(new CancellationToken(canceled: true))
        );
    }

    private Task<Answer<SalesFreshness>> AskAsync() => AskAsync(_server.Urls.First());

    private static async Task<Answer<SalesFreshness>> AskAsync(string url)
    {
        await using var services = Services(url);
        return await services.GetRequiredService<LookupClient>().FreshnessAsync(CancellationToken.None);
    }

    private static ServiceProvider Services(string lookup)
    {
        var builder = WebApplication.CreateBuilder([
            $"--Services:lookup:http:0={lookup}",
            "--Logging:LogLevel:Default=None",
        ]);
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddUi();
        return builder.Services.BuildServiceProvider();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        builder.Logging.ClearProviders();
        return builder.Build();
    }
}
