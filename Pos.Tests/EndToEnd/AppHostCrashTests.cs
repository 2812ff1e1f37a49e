using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

[SystemTest]
public sealed class AppHostCrashTests : IDisposable
{
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(8);

    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    /// <summary>
    /// The kill ends all processes, so that only data on disk is left. The replay does not repeat acknowledged
    /// purchases.
    /// </summary>
    [Fact]
    public async Task A_kill_and_a_restart_during_a_replay_lose_and_duplicate_nothing()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(),
            "Aspire's orchestrator ends the processes of a killed AppHost on Unix"
        );
        var data = Path.Combine(_pos.Folder, "data");
        var file = new TillFile(_pos, seed: 0, s_replay);
        await using var killed = await AppHostProcess.StartReadyAsync(data);
        await using var ingest = new Relay(killed.Url("ingest"));

        var replay = file.ReplayAsync(ingest.Url);
        var moment = s_replay * (0.2 + 0.6 * Random.Shared.NextDouble());
        await Task.Delay(moment);
        killed.Kill();
        await killed.ExitCodeAsync();
        await using var second = await AppHostProcess.StartReadyAsync(data);
        ingest.Target = second.Url("ingest");
        await replay;

        await using var stores = second.Stores;
        using var conservation = new Conservation(second.Url("localcloud"), stores);
        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(file.Lines, $"The AppHost was killed after {moment.TotalSeconds:0.0} s");
    }
}
