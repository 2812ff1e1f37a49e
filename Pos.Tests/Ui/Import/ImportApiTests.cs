using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.ServiceDefaults;
using Pos.Ui;
using Pos.Ui.Import;
using Xunit;

namespace Pos.Tests.Ui.Import;

/// <summary>The way of files into the app and out of it.</summary>
[SystemTest]
public sealed class ImportApiTests : IAsyncLifetime
{
    private const int MaximumBytes = 100_000;

    private readonly WebApplication _app = Build();
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _app.MapImport();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_file_gets_an_address_and_is_kept_whole()
    {
        using var answer = await SendAsync(new string('x', MaximumBytes), "text/csv");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var import = Assert.Single(_app.Services.GetRequiredService<Imports>().Recent);
        Assert.Equal(
            ($"/import/{import.Id}", "my file.csv", MaximumBytes),
            (answer.Headers.Location!.ToString(), import.Name, import.Bytes)
        );
        using var rejects = await _http.GetAsync($"/exports/imports/{import.Id}/rejects");
        Assert.Equal(HttpStatusCode.NotFound, rejects.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_and_not_kept()
    {
        using var answer = await SendAsync(new string('x', MaximumBytes + 1), "text/csv");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(_app.Services.GetRequiredService<Imports>().Recent);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_another_sites_page_could_send_unasked_is_refused(string contentType)
    {
        using var answer = await SendAsync("x", contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string text, string contentType)
    {
        using var content = new StringContent(text, new MediaTypeHeaderValue(contentType));
        return await _http.PostAsync("/import/files?name=my%20file.csv", content);
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            $"--Import:MaximumFileBytes={MaximumBytes}",
        ]);
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        builder.AddUi();
        return builder.Build();
    }
}
