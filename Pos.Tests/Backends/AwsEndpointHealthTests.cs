using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.AppHost.Backends;
using Pos.AppHost.Embedded;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>Whether what is at one URL can be worked on.</summary>
[SystemTest]
public sealed class AwsEndpointHealthTests(SharedTables tableServer) : IAsyncLifetime
{
    private LocalCloudServer _cloud = null!;
    private OneEndpoint _edge = null!;

    public async ValueTask InitializeAsync()
    {
        await tableServer.StartAsync();
        _cloud = await LocalCloudServer.StartAsync();
        _edge = await OneEndpoint.StartAsync(_cloud.Url, tableServer.Url!);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    [Theory]
    [InlineData(
        """{"services":{"kinesis":"available","dynamodb":"running","s3":"running","sqs":"disabled"},"version":"4.14.0"}""",
        HealthStatus.Healthy,
        null
    )]
    [InlineData(
        """{"services":{"kinesis":"available","dynamodb":"starting","s3":"running"}}""",
        HealthStatus.Unhealthy,
        "dynamodb not available."
    )]
    [InlineData("""{"services":{"s3":"running"}}""", HealthStatus.Unhealthy, "kinesis, dynamodb not available.")]
    public async Task LocalStack_is_believed(string health, HealthStatus status, string? reason)
    {
        _edge.Health = health;
        var result = await CheckAsync(_edge.Url);
        Assert.Equal((status, reason), (result.Status, result.Description));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"status":"ok"}""")]
    public async Task Of_another_server_each_service_is_asked(string? health)
    {
        _edge.Health = health;
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(_edge.Url)).Status);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_missed()
    {
        await using var without = await OneEndpoint.StartAsync(
            _cloud.Url,
            tables: $"http://127.0.0.1:{Loopback.FreePort()}"
        );
        var result = await CheckAsync(without.Url);
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.NotEmpty(result.Description!);
    }

    [Fact]
    public async Task Who_does_not_answer_is_unhealthy()
    {
        var result = await CheckAsync($"http://127.0.0.1:{Loopback.FreePort()}");
        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.NotEmpty(result.Description!);
    }

    private static Task<HealthCheckResult> CheckAsync(string url) =>
        new AwsEndpointHealth(
            ReferenceExpression.Create($"{url}"),
            new AccessKey(new ParameterResource("id", _ => "any"), new ParameterResource("secret", _ => "any")),
            "us-east-1"
        ).CheckHealthAsync(new HealthCheckContext());
}
