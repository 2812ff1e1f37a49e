using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class WaitTests
{
    [Fact]
    public async Task A_wait_lasts_until_every_health_check_passes()
    {
        await using var test = new TestApplication();
        var healthy = false;
        test.Builder.Services.AddHealthChecks()
            .AddCheck("switch", () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        var db = test.AddShell("db", "exec sleep 600").WithHealthCheck("switch");
        test.AddShell("api", "exec sleep 600").WaitFor(db);
        test.AddShell("probe", "exec sleep 600").WaitForStart(db);

        var start = test.StartAsync();
        await Wait.UntilAsync(() => test.State("probe") == KnownResourceStates.Running, "the probe");
        await test
            .Notifications.WaitForResourceAsync("db", e => e.Snapshot.HealthReports is [{ Description: "not yet" }])
            .WaitAsync(TestApplication.Patience);
        Assert.Equal(KnownResourceStates.Waiting, test.State("api"));
        Assert.False(start.IsCompleted);

        healthy = true;
        await start;
        await test.WaitForAsync("api", KnownResourceStates.Running);
    }

    [Fact]
    public async Task A_resource_whose_dependency_ends_does_not_start()
    {
        await using var test = new TestApplication();
        var db = test.AddShell("db", "echo out of disk >&2; exit 3");
        test.Builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        db.WithHealthCheck("never");
        var api = test.AddShell("api", "exec sleep 600").WaitFor(db);
        test.AddShell("ui", "exec sleep 600").WaitFor(api);

        await test.StartAsync();

        var ended = await test.WaitForAsync("db", KnownResourceStates.Finished);
        Assert.Equal(3, ended.Snapshot.ExitCode);
        Assert.Equal(
            ["out of disk", "Ended unexpectedly with exit code 3. It is not started again."],
            await test.LogAsync("db")
        );
        await test.WaitForAsync("api", KnownResourceStates.FailedToStart);
        Assert.Contains(
            "Cannot start: 'db', which has to run before, ended with exit code 3.",
            await test.LogAsync("api")
        );
        await test.WaitForAsync("ui", KnownResourceStates.FailedToStart);
        Assert.Contains("Cannot start: 'api', which has to run before, could not start.", await test.LogAsync("ui"));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 2, true)]
    [InlineData(1, 0, false)]
    public async Task A_wait_for_completion_wants_the_exit_code(int exitCode, int expected, bool starts)
    {
        await using var test = new TestApplication();
        var provision = test.AddShell("provision", $"exit {exitCode}");
        test.AddShell("api", "exec sleep 600").WaitForCompletion(provision, expected);

        await test.StartAsync();

        await test.WaitForAsync("api", starts ? KnownResourceStates.Running : KnownResourceStates.FailedToStart);
        if (!starts)
            Assert.Contains(
                "Cannot start: 'provision', which has to finish with exit code 0 before, ended with exit code 1.",
                await test.LogAsync("api")
            );
    }

    [Fact]
    public async Task A_wait_for_a_healthy_resource_fails_when_it_ends()
    {
        await using var test = new TestApplication();
        test.Builder.Services.AddHealthChecks().AddCheck("never", () => HealthCheckResult.Unhealthy());
        test.AddShell("db", "sleep 0.2; exit 1").WithHealthCheck("never");
        await test.StartAsync();

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() =>
            test.Notifications.WaitForResourceHealthyAsync("db").WaitAsync(TestApplication.Patience)
        );

        Assert.Contains("ended with exit code 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_without_a_process_is_awaited_like_one_with()
    {
        await using var test = new TestApplication();
        var release = new TaskCompletionSource();
        var cloud = test
            .Builder.AddResource(new Cloud("cloud"))
            .OnInitializeResource(
                async (resource, e, ct) =>
                {
                    await release.Task.WaitAsync(ct);
                    await e.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, e.Services), ct);
                    await e.Notifications.PublishUpdateAsync(resource, s =>
                        s with
                        {
                            State = KnownResourceStates.Running,
                        }
                    );
                }
            );
        test.AddShell("api", "echo $ConnectionStrings__cloud; exec sleep 600").WithReference(cloud).WaitFor(cloud);

        var start = test.StartAsync();
        await Wait.UntilAsync(() => test.State("api") == KnownResourceStates.Waiting, "the wait");
        release.SetResult();
        await start;

        await test.LogWithAsync("api", "Region=here;Name=cloud");
    }

    private sealed class Cloud(string name) : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
    {
        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"Region=here;Name={Name}");
    }
}
