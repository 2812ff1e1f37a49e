using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.AppHost.Backends;
using Pos.AppHost.Embedded;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Backends;

/// <summary>Tests the health check of an endpoint with all services.</summary>
[SystemTest]
public sealed class AwsEndpointHealthTests(SharedTables tableServer) : IAsyncLifetime
{
    private LocalCloudServer _cloud = null!;
    private OneEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync()
    {
        await tableServer.StartAsync();
        _cloud = await LocalCloudServer.StartAsync();
        _endpoint = await OneEndpoint.StartAsync(_cloud.Url, tableServer.Url!);
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _cloud.DisposeAsync();
    }

    [Theory]
    [InlineData(
        """{"services":{"kinesis":"available","dynamodb":"running","s3":"running","sqs":"disabled"}}""",
        HealthStatus.Healthy,
        null
    )]
    [InlineData(
        """{"services":{"kinesis":"available","dynamodb":"starting","s3":"running"}}""",
        HealthStatus.Unhealthy,
        "dynamodb not available."
    )]
    [InlineData("""{"services":{"s3":"running"}}""", HealthStatus.Unhealthy, "kinesis, dynamodb not available.")]
    public async Task The_health_that_LocalStack_reports_counts(string health, HealthStatus status, string? reason)
    {
        _endpoint.Health = health;
        var result = await CheckAsync(_endpoint.Url);
        Assert.Equal((status, reason), (result.Status, result.Description));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"status":"ok"}""")]
    public async Task Each_service_of_another_server_is_called(string? health)
    {
        _endpoint.Health = health;
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(_endpoint.Url)).Status);
    }

    [Fact]
    public async Task A_missing_service_is_unhealthy()
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
    public async Task An_endpoint_that_does_not_answer_is_unhealthy()
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
