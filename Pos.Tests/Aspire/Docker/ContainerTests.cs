using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Pos.Tests.Aspire.Docker;

public sealed class ContainerTests : IDisposable
{
    private readonly FakeDocker _docker = new();

    public ContainerTests() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in for docker is a shell script");

    public void Dispose() => _docker.Dispose();

    [Fact]
    public async Task A_container_is_run_as_it_is_described_and_gone_after_the_stop()
    {
        await using var test = new TestApplication(_docker.Setting);
        var box = test
            .Builder.AddContainer("box", "fake/server", "1.2")
            .WithHttpEndpoint(targetPort: 8080)
            .WithHttpHealthCheck("/ready")
            .WithVolume("box-data", "/data")
            .WithEnvironment("SECRET", "s3cret")
            .WithEnvironment("DOCKER_HOST", "tcp://inside")
            .WithArgs("--flag", "a b");
        test.AddShell("api", "echo $BOX; exec sleep 600").WithEnvironment("BOX", box.GetEndpoint("http")).WaitFor(box);
        await test.StartAsync();

        var endpoint = box.GetEndpoint("http");
        Assert.Equal("8080", await endpoint.Property(EndpointProperty.TargetPort).GetValueAsync());
        var name = Assert.Single(_docker.Containers);
        var engine = test.Application.Services.GetRequiredService<ContainerEngine>();
        var run = _docker.Calls.Single(call => call[0] == "run");
        Assert.Equal(
            [
                "run",
                "--detach",
                "--name",
                name,
                "--label",
                $"aspire.apphost={engine.AppHostId}",
                "--label",
                run[7],
                "--label",
                run[9],
                "--publish",
                $"127.0.0.1:{endpoint.Port}:8080/tcp",
                "--mount",
                "type=volume,source=box-data,target=/data",
                "--env",
                "DOCKER_HOST=tcp://inside",
                "--env",
                "SECRET",
                "fake/server:1.2",
                "--flag",
                "a b",
            ],
            run
        );
        Assert.StartsWith(
            $"aspire.owner={Environment.MachineName}/{Environment.ProcessId}/",
            run[7],
            StringComparison.Ordinal
        );

        var log = await test.LogWithAsync("box", "listens");
        Assert.Contains("Unable to find image 'fake/server:1.2' locally", log);
        Assert.Contains("fake/server:1.2 begins: --flag a b DOCKER_HOST=tcp://inside SECRET=s3cret", log);
        await test.LogWithAsync("api", endpoint.Url);
        using (var http = test.Application.CreateHttpClient("box"))
            Assert.Equal(name, await http.GetStringAsync("/"));

        await test.StopAsync();
        Assert.Empty(_docker.Containers);
        Assert.Equal(KnownResourceStates.Exited, test.State("box"));
        Assert.Contains(_docker.Calls, call => call is ["stop", "-t", "30", _]);
    }

    [Fact]
    public async Task A_container_that_ends_tells_why_and_is_removed()
    {
        await using var test = new TestApplication(_docker.Setting);
        test.Builder.AddContainer("box", "fake/ends", "1");

        await test.StartAsync();

        var ended = await test.WaitForAsync("box", KnownResourceStates.Finished);
        Assert.Equal(3, ended.Snapshot.ExitCode);
        Assert.Contains("out of disk", await test.LogAsync("box"));
        Assert.Empty(_docker.Containers);
    }

    [Theory]
    [InlineData("fake/missing", "docker: Error response from daemon: pull access denied for fake/missing:1")]
    [InlineData(
        "fake/unstartable",
        "docker: Error response from daemon: driver failed programming external connectivity"
    )]
    public async Task What_the_engine_cannot_run_is_named_with_its_reason_and_leaves_nothing(
        string image,
        string reason
    )
    {
        await using var test = new TestApplication(_docker.Setting);
        test.Builder.AddContainer("box", image, "1");

        await test.StartAsync();

        await test.WaitForAsync("box", KnownResourceStates.FailedToStart);
        Assert.Contains(
            $"Cannot start: the container of image {image}:1 could not be run: {reason}",
            await test.LogAsync("box")
        );
        Assert.Empty(_docker.Containers);
    }

    [Fact]
    public async Task Without_a_container_engine_the_resource_fails_in_one_sentence()
    {
        await using var test = new TestApplication("--ASPIRE_CONTAINER_RUNTIME=no-such-engine");
        test.Builder.AddContainer("box", "fake/server", "1");

        await test.StartAsync();

        await test.WaitForAsync("box", KnownResourceStates.FailedToStart);
        Assert.Equal(
            [
                "Cannot start: it is a container, and there is no container engine: the program 'no-such-engine' was not found.",
            ],
            await test.LogAsync("box")
        );
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_told_with_its_own_words()
    {
        _docker.Down();
        await using var test = new TestApplication(_docker.Setting);
        test.Builder.AddContainer("box", "fake/server", "1");

        await test.StartAsync();

        await test.WaitForAsync("box", KnownResourceStates.FailedToStart);
        Assert.Equal(
            [
                "Cannot start: it is a container, and the container engine does not answer: "
                    + "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            ],
            await test.LogAsync("box")
        );
    }

    [Fact]
    public async Task A_persistent_container_is_left_running_found_again_and_made_anew_when_it_is_described_differently()
    {
        var port = Loopback.FreePort();
        Assert.Contains("listens", await RunAsync("one", "listens"));
        var name = Assert.Single(_docker.Containers);
        Assert.StartsWith("box-", name, StringComparison.Ordinal);

        var found = await RunAsync("one", $"Container '{name}' of an earlier run is used again.");
        Assert.DoesNotContain("listens", found);
        Assert.Single(_docker.Calls, call => call[0] == "run");

        Assert.Contains("fake/server:1 begins: VALUE=two", await RunAsync("two", "listens"));
        Assert.Equal([name], _docker.Containers);
        Assert.DoesNotContain(_docker.Calls, call => call[0] == "stop");

        async Task<IReadOnlyList<string>> RunAsync(string value, string line)
        {
            await using var test = new TestApplication(_docker.Setting);
            test.Builder.AddContainer("box", "fake/server", "1")
                .WithHttpEndpoint(port: port, targetPort: 8080, isProxied: false)
                .WithHttpHealthCheck("/ready")
                .WithEnvironment("VALUE", value)
                .WithLifetime(ContainerLifetime.Persistent);
            await test.StartAsync();
            await test.Notifications.WaitForResourceHealthyAsync("box").WaitAsync(TestApplication.Patience);
            var log = await test.LogWithAsync("box", line);
            await test.StopAsync();
            return log;
        }
    }

    [Fact]
    public async Task What_a_killed_run_left_is_removed_by_the_next_and_what_belongs_to_a_running_one_stays()
    {
        int ended;
        using (var process = Process.Start("true"))
        {
            await process.WaitForExitAsync();
            ended = process.Id;
        }
        await using var test = new TestApplication(_docker.Setting);
        test.Builder.AddContainer("box", "fake/server", "1");
        var application = await test.Builder.BuildAsync();
        var appHost = $"aspire.apphost={application.Services.GetRequiredService<ContainerEngine>().AppHostId}";
        await LeaveAsync("left", appHost, $"aspire.owner={Environment.MachineName}/{ended}/{DateTime.UtcNow.Ticks}");
        await LeaveAsync(
            "reused-number",
            appHost,
            $"aspire.owner={Environment.MachineName}/{Environment.ProcessId}/{DateTime.UnixEpoch.Ticks}"
        );
        await LeaveAsync("elsewhere", appHost, $"aspire.owner=another-machine/{ended}/{DateTime.UtcNow.Ticks}");
        await LeaveAsync(
            "another-apphost",
            "aspire.apphost=another",
            $"aspire.owner={Environment.MachineName}/{ended}/{DateTime.UtcNow.Ticks}"
        );
        using (var self = Process.GetCurrentProcess())
            await LeaveAsync(
                "running",
                appHost,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"aspire.owner={Environment.MachineName}/{self.Id}/{self.StartTime.ToUniversalTime().Ticks}"
                )
            );

        await application.StartAsync();
        await application.StopAsync();
        await application.DisposeAsync();

        Assert.Equal(["another-apphost", "elsewhere", "running"], _docker.Containers.Order());

        Task LeaveAsync(string name, string appHostLabel, string owner) =>
            _docker.RunAsync(
                "run",
                "--detach",
                "--name",
                name,
                "--label",
                appHostLabel,
                "--label",
                owner,
                "fake/server:1"
            );
    }
}
