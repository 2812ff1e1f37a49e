using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class CommandTests
{
    [Fact]
    public async Task A_resource_is_stopped_started_and_restarted_by_command()
    {
        await using var test = new TestApplication();
        test.AddShell("api", "echo $$ >> pids; exec sleep 600");
        await test.StartAsync();
        var commands = test.Application.ResourceCommands;
        await Wait.UntilAsync(() => test.Written("pids").Length == 1, "the first process");

        Assert.True((await commands.ExecuteCommandAsync("api", KnownResourceCommands.StopCommand)).Success);
        await test.WaitForAsync("api", KnownResourceStates.Exited);
        Assert.False(Processes.Runs(int.Parse(test.Written("pids")[0])));

        Assert.True((await commands.ExecuteCommandAsync("api", KnownResourceCommands.StartCommand)).Success);
        await Wait.UntilAsync(() => test.Written("pids").Length == 2, "the second process");
        Assert.True((await commands.ExecuteCommandAsync("api", KnownResourceCommands.RestartCommand)).Success);
        await Wait.UntilAsync(() => test.Written("pids").Length == 3, "the third process");

        Assert.Equal([false, false, true], test.Written("pids").Select(id => Processes.Runs(int.Parse(id))));
    }

    [Fact]
    public async Task A_replica_that_is_started_again_leaves_the_others_as_they_are()
    {
        await using var test = new TestApplication();
        var database = test.AddShell("database", "exec sleep 600");
        var echo = test.Builder.AddProject<Projects.Pos_Tests_Echo>("echo").WithReplicas(2).WaitFor(database);
        await test.StartAsync();
        var ids = echo.Resource.InstanceIds();
        await Wait.UntilAsync(() => ids.All(id => test.State(id) == KnownResourceStates.Running));

        await test.Application.ResourceCommands.ExecuteCommandAsync(ids[1], KnownResourceCommands.RestartCommand);

        Assert.All(ids, id => Assert.Equal(KnownResourceStates.Running, test.State(id)));
    }

    [Fact]
    public async Task A_resource_with_explicit_start_starts_on_command_only()
    {
        await using var test = new TestApplication();
        test.AddShell("replay", "exec sleep 600").WithExplicitStart();
        await test.StartAsync();
        await test.WaitForAsync("replay", KnownResourceStates.NotStarted);

        await test.Application.ResourceCommands.ExecuteCommandAsync("replay", KnownResourceCommands.StartCommand);

        await test.WaitForAsync("replay", KnownResourceStates.Running);
    }

    [Fact]
    public async Task The_start_command_ends_a_wait()
    {
        await using var test = new TestApplication();
        var never = test.AddShell("never", "exec sleep 600").WithExplicitStart();
        test.AddShell("api", "exec sleep 600").WaitFor(never);
        var start = test.StartAsync();
        await Wait.UntilAsync(() => test.State("api") == KnownResourceStates.Waiting, "the wait");

        await test.Application.ResourceCommands.ExecuteCommandAsync("api", KnownResourceCommands.StartCommand);

        await start;
        await test.WaitForAsync("api", KnownResourceStates.Running);
    }

    [Fact]
    public async Task A_commands_outcome_reaches_its_caller()
    {
        await using var test = new TestApplication();
        test.AddShell("api", "exec sleep 600")
            .WithCommand("good", "Good", context => Task.FromResult(CommandResults.Success(context.ResourceName)))
            .WithCommand("bad", "Bad", _ => Task.FromResult(CommandResults.Failure("not today")))
            .WithCommand("thrown", "Thrown", _ => throw new InvalidOperationException("broken"));
        await test.StartAsync();
        var commands = test.Application.ResourceCommands;

        var good = await commands.ExecuteCommandAsync("api", "good");
        Assert.True(good.Success);
        Assert.StartsWith("api-", good.Message, StringComparison.Ordinal);
        Assert.Equal(
            (false, "not today"),
            ((await commands.ExecuteCommandAsync("api", "bad")) is var bad ? (bad.Success, bad.Message) : default)
        );
        Assert.Equal("broken", (await commands.ExecuteCommandAsync("api", "thrown")).Message);
        Assert.False((await commands.ExecuteCommandAsync("api", "unknown")).Success);
        Assert.False((await commands.ExecuteCommandAsync("nobody", "good")).Success);
    }
}
