using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class EventTests
{
    [Fact]
    public async Task Events_come_in_Aspires_order()
    {
        await using var test = new TestApplication();
        var happened = new ConcurrentQueue<string>();
        Task Note(string what)
        {
            happened.Enqueue(what);
            return Task.CompletedTask;
        }

        var healthy = false;
        test.Builder.Services.AddHealthChecks()
            .AddCheck("switch", () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
        test.Builder.OnBeforeStart((_, _) => Note("before start"));
        test.Builder.Eventing.Subscribe<AfterResourcesCreatedEvent>((_, _) => Note("after resources created"));
        var db = test
            .Builder.AddResource(new Database("db"))
            .OnInitializeResource(
                async (resource, e, ct) =>
                {
                    await Note("db initialize");
                    await e.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, e.Services), ct);
                    await e.Notifications.PublishUpdateAsync(resource, s =>
                        s with
                        {
                            State = KnownResourceStates.Running,
                        }
                    );
                }
            )
            .OnConnectionStringAvailable((_, _, _) => Note("db connection string"))
            .OnResourceReady((_, _, _) => Note("db ready"));
        test.AddShell("api", "exec sleep 600")
            .WithHttpEndpoint()
            .WithHealthCheck("switch")
            .WaitFor(db)
            .OnResourceEndpointsAllocated((_, _, _) => Note("api endpoints"))
            .OnBeforeResourceStarted((_, _, _) => Note("api before"))
            .OnResourceReady((_, _, _) => Note("api ready"))
            .OnResourceStopped((_, _, _) => Note("api stopped"));

        await test.StartAsync();
        Assert.DoesNotContain("api ready", happened);
        healthy = true;
        await test.Notifications.WaitForResourceHealthyAsync("api").WaitAsync(TestApplication.Patience);
        var first = happened.ToArray();
        Assert.Equal("before start", first[0]);
        Assert.Equal(
            ["db initialize", "db connection string", "db ready"],
            first.Where(e => e.StartsWith("db", StringComparison.Ordinal))
        );
        Assert.Equal(
            ["api endpoints", "api before", "after resources created", "api ready"],
            first.Where(e => e.StartsWith('a'))
        );
        Assert.True(Array.IndexOf(first, "db ready") < Array.IndexOf(first, "after resources created"));

        happened.Clear();
        var result = await test.Application.ResourceCommands.ExecuteCommandAsync(
            "api",
            KnownResourceCommands.RestartCommand
        );
        Assert.True(result.Success, result.Message);
        await test.Notifications.WaitForResourceHealthyAsync("api").WaitAsync(TestApplication.Patience);
        Assert.Equal(["api stopped", "api before", "api ready"], happened);
    }

    [Fact]
    public async Task Resources_start_after_what_they_wait_for_and_stop_before_it()
    {
        await using var test = new TestApplication();
        static string Script(string name) =>
            $"trap 'echo stop {name} >> order; exit 0' TERM; echo start {name} >> order; while :; do sleep 0.05; done";
        var stream = test.AddShell("stream", Script("stream"));
        var processor = test.AddShell("processor", Script("processor")).WaitFor(stream);
        test.AddShell("ui", Script("ui")).WaitFor(processor);
        stream.OnResourceReady(
            (_, _, ct) => Wait.UntilAsync(() => test.Written("order").Contains("start stream"), "stream")
        );
        processor.OnResourceReady(
            (_, _, ct) => Wait.UntilAsync(() => test.Written("order").Contains("start processor"), "processor")
        );

        await test.StartAsync();
        await Wait.UntilAsync(() => test.Written("order").Length == 3, "three starts");
        await test.StopAsync();

        Assert.Equal(
            ["start stream", "start processor", "start ui", "stop ui", "stop processor", "stop stream"],
            test.Written("order")
        );
    }

    [Fact]
    public async Task A_failing_subscriber_keeps_its_resource_from_starting_and_says_why()
    {
        await using var test = new TestApplication();
        test.AddShell("api", "exec sleep 600")
            .OnBeforeResourceStarted((_, _, _) => throw new InvalidOperationException("no migration, no start"));

        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.FailedToStart);
        Assert.Contains("Cannot start: no migration, no start", await test.LogAsync("api"));
    }

    private sealed class Database(string name) : Resource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"Host=x");
    }
}
