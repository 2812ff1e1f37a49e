using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Processes killed with SIGKILL at random moments, while a file is replayed. <c>POS_SOAK_SEEDS=20</c> runs twenty rounds instead of a few.</summary>
public sealed class CrashTests(CrashTests.SystemToKill system) : IClassFixture<CrashTests.SystemToKill>, IDisposable
{
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(60);

    private readonly PosCommand _pos = new();

    /// <summary>A system of these tests' own: others would not know what became of theirs.</summary>
    public sealed class SystemToKill : IAsyncDisposable
    {
        internal RunningSystem Running { get; } = new(["--Pos:Sample=false"]);

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }

    public static TheoryData<int> Seeds
    {
        get
        {
            var rounds = int.TryParse(Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"), CultureInfo.InvariantCulture, out var soak) ? soak : 2;
            return [.. Enumerable.Range(1, rounds)];
        }
    }

    public void Dispose() => _pos.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_processes_lose_nothing_and_double_nothing(int seed)
    {
        var file = new TillFile(_pos, seed, s_replay);
        var application = await system.Running.ApplicationAsync();
        var ingest = await system.Running.UrlAsync("ingest");
        var plan = KillPlan.Of(seed, within: s_replay);

        var began = TimeProvider.System.GetTimestamp();
        var replay = file.ReplayAsync(ingest);
        await Task.WhenAll(plan.GroupBy(kill => kill.Resource).Select(kills => KillAndStartAsync(application, kills, began)));
        await replay;

        await using var stores = await system.Running.StoresAsync();
        var conservation = new Conservation(await system.Running.UrlAsync("localcloud"), await system.Running.UrlAsync("processor"), stores);
        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(file.Lines, $"Seed {seed} killed {string.Join(", ", plan)}");
        Assert.Equal(ingest, await system.Running.UrlAsync("ingest"));
    }

    [Fact]
    public async Task A_database_killed_in_the_middle_of_a_statement_starts_again()
    {
        var application = await system.Running.ApplicationAsync();
        await using var warehouse = NpgsqlDataSource.Create($"{await application.GetConnectionStringAsync("warehouse")};Pooling=false");
        await using var connection = await warehouse.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("DO $$ BEGIN FOR i IN 1..500000000 LOOP END LOOP; END $$", connection); // seconds, and never a wait
        var working = command.ExecuteNonQueryAsync();
        await using var active = warehouse.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO $$%'");
        await Wait.UntilAsync(async () => (long)(await active.ExecuteScalarAsync())! > 0);

        await KillAsync(application, "warehouse");
        Assert.False(working.IsCompleted, "The statement ended before the kill.");
        await StartAsync(application, "warehouse");

        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await using var one = warehouse.CreateCommand("SELECT 1");
        Assert.Equal(1, await one.ExecuteScalarAsync());
    }

    private static async Task KillAndStartAsync(DistributedApplication application, IEnumerable<Kill> kills, long began)
    {
        foreach (var kill in kills)
        {
            var left = kill.At - TimeProvider.System.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
                await Task.Delay(left);
            await KillAsync(application, kill.Resource);
            await Task.Delay(kill.Down);
            await StartAsync(application, kill.Resource);
        }
    }

    private static async Task KillAsync(DistributedApplication application, string resource)
    {
        Assert.True(application.ResourceNotifications.TryGetCurrentState(resource, out var state));
        var processId = (int)state.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;
        using var process = Process.GetProcessById(processId);
        process.Kill();
        using var limit = new CancellationTokenSource(s_start);
        await application.ResourceNotifications.WaitForResourceAsync(resource, KnownResourceStates.TerminalStates, limit.Token);
    }

    // What needs another that is down is refused, as it would be to an operator, who tries again.
    private static async Task StartAsync(DistributedApplication application, string resource)
    {
        using var limit = new CancellationTokenSource(s_start);
        while (!(await application.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, limit.Token)).Success)
            await Task.Delay(100, limit.Token);
        await application.ResourceNotifications.WaitForResourceHealthyAsync(resource, limit.Token);
    }
}
