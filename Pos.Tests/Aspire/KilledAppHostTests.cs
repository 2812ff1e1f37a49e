using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Pos.Tests.Aspire.Docker;
using Xunit;

namespace Pos.Tests.Aspire;

/// <summary>An AppHost that is a process of its own, as a user starts it.</summary>
public sealed class KilledAppHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos apphost ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_is_left_of_an_AppHost_that_was_killed()
    {
        using var appHost = Start(Executable);
        var children = await ChildrenAsync(appHost);

        Processes.Kill(appHost.Id, "KILL");

        await Wait.UntilAsync(() => !children.Exists(Processes.Runs), "the end of every child");
    }

    [Fact]
    public async Task A_container_of_an_AppHost_that_was_killed_is_removed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in for docker is a shell script");
        using var docker = new FakeDocker();
        var path = $"{docker.Folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var appHost = Start([.. Executable, "--container=true"], path);
        await ChildrenAsync(appHost);
        await Wait.UntilAsync(() => docker.Calls.Any(call => call[0] == "logs"), "the container");
        Assert.Single(docker.Containers);

        Processes.Kill(appHost.Id, "KILL");

        await Wait.UntilAsync(() => docker.Containers is [], "the container's end");
    }

    [Fact]
    public async Task An_AppHost_stops_when_the_dotnet_run_that_started_it_is_killed()
    {
        var output = Path.GetDirectoryName(typeof(Projects.Pos_Tests_AppHost).Assembly.Location)!;
        var configuration = output.Contains(
            $"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal
        )
            ? "Release"
            : "Debug";
        using var dotnetRun = Start(
            "run",
            "--no-build",
            "--configuration",
            configuration,
            "--project",
            Projects.Pos_Tests_AppHost.ProjectPath,
            "--"
        );
        var children = await ChildrenAsync(dotnetRun);

        Processes.Kill(dotnetRun.Id, "KILL");

        await Wait.UntilAsync(() => !children.Exists(Processes.Runs), "the end of every child");
    }

    [Theory]
    [InlineData("--AppHost:Run:PrintResourceLogs=true")]
    [InlineData("--hold=while it still starts")]
    public async Task SIGTERM_stops_everything_and_ends_with_exit_code_0(string setting)
    {
        using var appHost = Start([.. Executable, setting]);
        var children = await ChildrenAsync(appHost);

        Processes.Kill(appHost.Id, "TERM");

        await appHost.WaitForExitAsync().WaitAsync(TestApplication.Patience);
        Assert.Equal(0, appHost.ExitCode);
        Assert.DoesNotContain(children, Processes.Runs);
    }

    [Fact]
    public async Task A_second_interrupt_kills_at_once()
    {
        Assert.SkipWhen(
            Processes.InterruptIsIgnored(),
            "This process was started in the background, with SIGINT ignored, which its children inherit."
        );
        using var appHost = Start([.. Executable, "--AppHost:Run:StopGrace=00:05:00"]);
        var children = await ChildrenAsync(appHost);
        var stopping = new TaskCompletionSource();
        appHost.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Stopping.", StringComparison.Ordinal) == true)
                stopping.TrySetResult();
        };
        appHost.BeginOutputReadLine();

        Processes.Kill(appHost.Id, "INT");
        await stopping.Task.WaitAsync(TestApplication.Patience);
        // The stubborn one has longer than this test.
        Processes.Kill(appHost.Id, "INT");

        await appHost.WaitForExitAsync().WaitAsync(TestApplication.Patience);
        Assert.Equal(130, appHost.ExitCode);
        await Wait.UntilAsync(() => !children.Exists(Processes.Runs), "the end of every child");
    }

    private static string[] Executable => ["exec", typeof(Projects.Pos_Tests_AppHost).Assembly.Location];

    private Process Start(params string[] arguments) => Start(arguments, Environment.GetEnvironmentVariable("PATH"));

    private Process Start(string[] arguments, string? path)
    {
        string[] settings =
        [
            $"--folder={_folder}",
            "--DcpPublisher:RandomizePorts=true",
            "--AppHost:Run:StopGrace=00:00:01",
        ];
        var start = new ProcessStartInfo(
            ExecutablePath.Dotnet(),
            [.. arguments, .. settings.Where(s => !Array.Exists(arguments, a => a.Split('=')[0] == s.Split('=')[0]))]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        return Process.Start(start)!;
    }

    private async Task<List<int>> ChildrenAsync(Process appHost)
    {
        string[] files = ["database.pid", "stubborn.pid", "grandchild.pid"];
        await Wait.UntilAsync(
            () => appHost.HasExited || files.All(f => IsWritten(Path.Combine(_folder, f))),
            "every child"
        );
        Assert.False(appHost.HasExited, "The AppHost ended.");
        return
        [
            .. files.Select(f => int.Parse(File.ReadAllText(Path.Combine(_folder, f)), CultureInfo.InvariantCulture)),
        ];
    }

    private static bool IsWritten(string file) => File.Exists(file) && File.ReadAllText(file).EndsWith('\n');
}
