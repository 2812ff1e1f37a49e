using System.Net;
using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pos.ServiceDefaults;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.ServiceDefaults;

[SystemTest]
public sealed class ServiceDefaultsTests
{
    [Fact]
    public async Task Resource_name_that_AWS_rejects_stops_the_service_at_startup()
    {
        await using var app = Build("--Pos:Resources:LakeBucket=Pos_Lake");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Contains("Pos:Resources:LakeBucket is 'Pos_Lake'", error.Message);
    }

    [Fact]
    public async Task Resource_name_comes_from_configuration()
    {
        await using var app = Build("--Pos:Resources:Stream=tills-eu");
        Assert.Equal(
            ("tills-eu", "pos-lake"),
            (
                app.Services.GetRequiredService<PosResources>().Stream,
                app.Services.GetRequiredService<PosResources>().LakeBucket
            )
        );
    }

    [Theory]
    [InlineData("--AWS_ENDPOINT_URL_S3=http://127.0.0.1:9")]
    [InlineData("--AWS_ENDPOINT_URL=http://127.0.0.1:9")]
    public async Task S3_uses_path_style_addresses_at_a_custom_endpoint(string setting)
    {
        await using var app = Build(setting);
        var config = Assert.IsType<AmazonS3Config>(app.Services.GetRequiredService<IAmazonS3>().Config);
        Assert.True(config.ForcePathStyle);
        Assert.Equal("http://127.0.0.1:9", config.ServiceURL?.TrimEnd('/'));
    }

    [Fact]
    public async Task Health_names_failed_checks_while_the_process_is_alive()
    {
        await using var app = Build();
        await app.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };

        using var health = await http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal(
            $$"""{"status":"Unhealthy","checks":{"till":"The drawer is open."},"version":"{{ProductVersion.Text}}"}""",
            await health.Content.ReadAsStringAsync()
        );
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", ProductVersion.Text);
        using var alive = await http.GetAsync("/alive");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Theory]
    [InlineData("/nowhere", 404)]
    [InlineData("/too-large", 413)]
    [InlineData("/broken", 500)]
    public async Task Unhandled_errors_return_problem_details(string path, int status)
    {
        await using var app = Build();
        app.MapGet("/too-large", string () => throw new BadHttpRequestException("Too large.", 413));
        app.MapGet("/broken", string () => throw new InvalidOperationException("A secret."));
        await app.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };

        using var response = await http.GetAsync(path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync());
    }

    private static WebApplication Build(params string[] settings)
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--environment=Production",
            "--Logging:LogLevel:Microsoft.AspNetCore=None",
            .. settings,
        ]);
        builder.AddServiceDefaults();
        builder.AddS3();
        builder.AddResourceNames();
        builder.Services.AddHealthChecks().AddCheck("till", () => HealthCheckResult.Unhealthy("The drawer is open."));
        var app = builder.Build();
        app.MapServiceDefaults();
        return app;
    }
}
