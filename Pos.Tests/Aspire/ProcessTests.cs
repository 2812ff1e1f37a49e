using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_process_that_ignores_SIGTERM_is_killed_with_what_it_started()
    {
        await using var test = new TestApplication();
        test.Builder.Services.Configure<RunOptions>(o => o.StopGrace = TimeSpan.FromMilliseconds(300));
        test.AddShell("stubborn", "trap '' TERM; sleep 600 & echo $! > child; echo $$ > pid; wait");
        await test.StartAsync();
        await Wait.UntilAsync(() => test.Written("pid").Length == 1, "the process");
        var ids = test.Written("pid").Concat(test.Written("child")).Select(int.Parse).ToList();
        Assert.All(ids, id => Assert.True(Processes.Runs(id)));

        await test.StopAsync();

        await Wait.UntilAsync(() => !ids.Exists(Processes.Runs), "the end of both");
        Assert.Contains("Did not end 0.3 s after SIGTERM. Killing it.", await test.LogAsync("stubborn"));
    }

    [Theory]
    [InlineData("no-such-program", "Cannot start: the program 'no-such-program' was not found.")]
    [InlineData("./no-such-file", "Cannot start: the program './no-such-file' was not found.")]
    public async Task A_missing_program_is_named(string program, string message)
    {
        await using var test = new TestApplication();
        test.Builder.AddExecutable("api", program, test.Folder);

        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.FailedToStart);
        Assert.Contains(message, await test.LogAsync("api"));
    }

    [Fact]
    public async Task A_port_that_somebody_listens_on_is_named()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;
        await using var test = new TestApplication("--DcpPublisher:RandomizePorts=false");
        test.AddShell("api", "exec sleep 600").WithHttpEndpoint(port: port, name: "web");

        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.FailedToStart);
        Assert.Contains(
            $"Cannot start: port {port} of endpoint 'web' is taken: another process listens on it. End that process, or choose another with WithEndpoint or WithHttpEndpoint.",
            await test.LogAsync("api")
        );
    }

    [Fact]
    public async Task Free_ports_are_distinct_and_told_to_the_process()
    {
        await using var test = new TestApplication();
        var names = Enumerable.Range(0, 20).Select(i => $"server{i}").ToList();
        foreach (var name in names)
            test.AddShell(name, "echo port $PORT $OTHER; exec sleep 600")
                .WithHttpEndpoint(env: "PORT")
                .WithEndpoint(name: "other", env: "OTHER");
        await test.StartAsync();

        var ports = test
            .Builder.Resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>())
            .Select(e => e.AllocatedEndpoint!.Port)
            .ToList();

        Assert.Equal(ports.Count, ports.Distinct().Count());
        var first = test
            .Builder.Resources[0]
            .Annotations.OfType<EndpointAnnotation>()
            .Select(e => e.AllocatedEndpoint!.Port);
        await test.LogWithAsync("server0", $"port {string.Join(' ', first)}");
    }

    [Fact]
    public async Task Lines_of_both_streams_arrive_whole_and_the_last_before_the_end()
    {
        await using var test = new TestApplication();
        test.AddShell(
            "api",
            "i=0; while [ $i -lt 500 ]; do echo out $i; echo err $i >&2; i=$((i+1)); done; printf 'no newline'"
        );
        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.Finished);

        var lines = await test.LogAsync("api");
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"out {i}"),
            lines.Where(l => l.StartsWith("out", StringComparison.Ordinal))
        );
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"err {i}"),
            lines.Where(l => l.StartsWith("err", StringComparison.Ordinal))
        );
        Assert.Contains("no newline", lines);
        Assert.Equal("Finished.", lines[^1]);
    }

    [Fact]
    public async Task A_process_leads_a_session_of_its_own()
    {
        await using var test = new TestApplication();
        test.AddShell("api", "echo ids $$ $(ps -o pgid= -p $$); exec sleep 600");
        await test.StartAsync();

        var ids = (await test.LogWithAsync("api", "ids"))
            .Single(l => l.StartsWith("ids", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(ids[1], ids[2]);
    }
}
