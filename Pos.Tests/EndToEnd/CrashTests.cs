using System.Globalization;
using Aspire.Hosting.Testing;
using Npgsql;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Kills processes with SIGKILL at random moments during a replay. <c>POS_SOAK_SEEDS=20</c> runs twenty rounds.
/// </summary>
[SystemTest("POS_SOAK_SEEDS")]
public sealed class CrashTests(CrashTests.SystemToKill system) : IClassFixture<CrashTests.SystemToKill>, IDisposable
{
    private const int PoisonedRecords = 10;
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(8);

    private readonly PosCommand _pos = new();

    /// <summary>A system for these tests only, as they kill its processes.</summary>
    public sealed class SystemToKill : IAsyncDisposable
    {
        internal RunningSystem Running { get; } = new([RunningSystem.NoSample]);

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }

    public static TheoryData<int> Seeds => Rounds(otherwise: 2);

    /// <summary>Returns the seeds, whose number a soak test sets.</summary>
    internal static TheoryData<int> Rounds(int otherwise) =>
        [
            .. Enumerable.Range(
                1,
                int.TryParse(
                    Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"),
                    CultureInfo.InvariantCulture,
                    out var soak
                )
                    ? soak
                    : otherwise
            ),
        ];

    public void Dispose() => _pos.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Killed_processes_lose_and_duplicate_nothing(int seed)
    {
        var file = new TillFile(_pos, seed, s_replay);
        var ingest = await system.Running.UrlAsync("ingest");
        var plan = KillPlan.Create(seed, within: s_replay);

        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(await system.Running.UrlAsync("localcloud"), stores);
        var began = TimeProvider.System.GetTimestamp();
        var replay = Task.WhenAll(
            file.ReplayAsync(ingest),
            Poison.PutAsync(conservation.Kinesis, seed, PoisonedRecords, s_replay)
        );
        await Task.WhenAll(plan.GroupBy(kill => kill.Resource).Select(kills => KillAndStartAsync(kills, began)));
        await replay;

        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(file.Lines, $"Seed {seed} killed {string.Join(", ", plan)}");
        Assert.Equal(ingest, await system.Running.UrlAsync("ingest"));
    }

    [Fact]
    public async Task A_database_killed_during_a_statement_starts_again()
    {
        var application = await system.Running.ApplicationAsync();
        await using var warehouse = NpgsqlDataSource.Create(
            $"{await application.GetConnectionStringAsync("warehouse")};Pooling=false"
        );
        await using var connection = await warehouse.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            "DO $$ BEGIN FOR i IN 1..200000000 LOOP END LOOP; END $$",
            connection
        ); // Takes seconds and never waits.
        var working = command.ExecuteNonQueryAsync();
        await using var active = warehouse.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO $$%'"
        );
        await Wait.UntilAsync(async () => (long)(await active.ExecuteScalarAsync())! > 0);

        // The backend continues without its postmaster. The resource has ended when both have.
        var killing = system.Running.KillAsync("warehouse");
        Assert.False(working.IsCompleted, "The statement ended before the kill.");
        await killing;
        await system.Running.StartAsync("warehouse");

        await ((Task)working).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        await using var one = warehouse.CreateCommand("SELECT 1");
        Assert.Equal(1, await one.ExecuteScalarAsync());
    }

    private async Task KillAndStartAsync(IEnumerable<Kill> kills, long began)
    {
        foreach (var kill in kills)
        {
            var left = kill.At - TimeProvider.System.GetElapsedTime(began);
            if (left > TimeSpan.Zero)
                await Task.Delay(left);
            await system.Running.KillAsync(kill.Resource);
            await Task.Delay(kill.Downtime);
            await system.Running.StartAsync(kill.Resource);
        }
    }
}
