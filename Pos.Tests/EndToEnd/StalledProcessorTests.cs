using System.Globalization;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Storage.Leases;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Two processors share the shards. Each takes over when the other one stalls or dies. <c>POS_SOAK_SEEDS=20</c> runs
/// twenty rounds.
/// </summary>
[Collection(TwoProcessors.Collection)]
[SystemTest("POS_SOAK_SEEDS")]
public sealed class StalledProcessorTests(TwoProcessors system) : IDisposable
{
    // Fast enough that a processor is almost always processing a batch.
    private const int RowsPerSecond = 2_500;
    private const int PoisonedRecords = 10;
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(20);

    private readonly PosCommand _pos = new();

    public static TheoryData<int> Seeds => CrashTests.Rounds(otherwise: 1);

    public void Dispose() => _pos.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_stalled_and_a_killed_processor_lose_and_duplicate_nothing(int seed)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGSTOP.");
        var file = new TillFile(_pos, 1_000 + seed, s_replay, rowsPerSecond: RowsPerSecond);
        var random = new Random(seed);
        var ingest = await system.Running.UrlAsync("ingest");
        var processors = await system.Running.ProcessesAsync("processor", count: 2);
        var (stalled, killed) = seed % 2 == 0 ? (processors[0], processors[1]) : (processors[1], processors[0]);
        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(await system.Running.UrlAsync("localcloud"), stores);
        await WorkersAsync(stores.Leases, 2);

        var replay = Task.WhenAll(
            file.ReplayAsync(ingest),
            Poison.PutAsync(conservation.Kinesis, seed, PoisonedRecords, s_replay)
        );
        await Task.Delay(TimeSpan.FromSeconds(1 + 2 * random.NextDouble()));
        var stall = await TakeOverAsync(
            stores.Leases,
            () => system.Running.StallAsync(stalled),
            () => system.Running.ContinueAsync(stalled)
        );
        var death = await TakeOverAsync(
            stores.Leases,
            () => system.Running.KillAsync(killed),
            () => system.Running.StartAsync(killed)
        );
        await replay;

        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(
            file.Lines,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Seed {seed}: one stalled, its shards taken over after {stall.TotalSeconds:0.0} s; "
                    + $"the other killed, its shards taken over after {death.TotalSeconds:0.0} s"
            )
        );
    }

    /// <summary>
    /// Stops a processor until the other one has all shards, and restarts it until both have some. Returns the time of
    /// the takeover.
    /// </summary>
    private static async Task<TimeSpan> TakeOverAsync(DynamoLeases leases, Func<Task> stop, Func<Task> restart)
    {
        var began = TimeProvider.System.GetTimestamp();
        await stop();
        TimeSpan took;
        try
        {
            await WorkersAsync(leases, 1);
            took = TimeProvider.System.GetElapsedTime(began);
        }
        finally
        {
            await restart(); // Other tests need it too.
        }
        await WorkersAsync(leases, 2);
        return took;
    }

    /// <summary>Waits until this number of workers share all open shards.</summary>
    private static Task WorkersAsync(DynamoLeases leases, int count) =>
        Wait.UntilAsync(
            async () =>
            {
                var all = (await leases.ListAsync(CancellationToken.None)).ToDictionary(lease => lease.ShardId);
                var open = all.Values.Where(lease => lease.Checkpoint != Checkpoint.ShardEnd).ToArray();
                return open.Length > 0
                    && open.All(lease => lease.Owner is not null)
                    && open.Select(lease => lease.Worker).Distinct().Count() == count;
            },
            $"{count} workers with all shards"
        );
}
