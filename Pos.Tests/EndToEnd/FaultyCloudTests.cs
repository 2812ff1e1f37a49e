using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Replays and processes a file while LocalCloud throttles, fails, responds late and closes connections.
/// </summary>
[Collection(TwoProcessors.Collection)]
[SystemTest]
public sealed class FaultyCloudTests(TwoProcessors system) : IDisposable
{
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(8);
    private static readonly string[] s_faults =
    [
        """{"kind":"throttle","probability":0.05,"seed":SEED}""",
        """{"kind":"error","probability":0.03,"seed":SEED}""",
        """{"kind":"error","status":503,"probability":0.03,"seed":SEED}""",
        """{"kind":"partial","share":0.3,"probability":0.3,"seed":SEED}""",
        """{"kind":"latency","milliseconds":30,"probability":0.1,"seed":SEED}""",
        """{"kind":"disconnect","when":"before","probability":0.02,"seed":SEED}""",
        """{"kind":"disconnect","when":"after","probability":0.03,"seed":SEED}""",
        """{"service":"kinesis","operation":"PutRecords","kind":"disconnect","when":"after","count":2}""",
        """{"service":"firehose","operation":"PutRecordBatch","kind":"disconnect","when":"after","count":2}""",
        """{"service":"s3","operation":"PutObject","kind":"disconnect","when":"after","count":2}""",
    ];

    private readonly PosCommand _pos = new();

    public static TheoryData<int> Seeds => CrashTests.Rounds(otherwise: 1);

    public void Dispose() => _pos.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task All_faults_together_lose_and_duplicate_nothing(int seed)
    {
        var file = new TillFile(_pos, 2_000 + seed, s_replay, rowsPerSecond: 5_000);
        var localCloud = await system.Running.UrlAsync("localcloud");
        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(localCloud, stores);
        using var faults = new FaultCalls(localCloud.ToString());
        try
        {
            foreach (var fault in s_faults)
                await faults.AddAsync(fault.Replace("SEED", $"{seed}", StringComparison.Ordinal));
            await file.ReplayAsync(await system.Running.UrlAsync("ingest"));
            await conservation.UntilSettledAsync();
            Assert.All(await faults.AllAsync(), fault =>
                Assert.True((long)fault["injected"]! > 0, $"Never hit: {fault.ToJsonString()}")
            );
        }
        finally
        {
            await faults.DeleteAsync();
        }
        await conservation.AssertAsync(
            file.Lines,
            $"Seed {seed}: {file.Lines.DistinctBy(line => line.PurchaseId).Count()} purchases with all faults"
        );
    }
}
