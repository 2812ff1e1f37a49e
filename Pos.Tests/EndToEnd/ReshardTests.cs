using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Pos.Storage;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

[Collection(TwoProcessors.Collection)]
[SystemTest]
public sealed class ReshardTests(TwoProcessors system) : IDisposable
{
    private static readonly TimeSpan s_replay = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(3);
    private static readonly string s_stream = new PosResources().Stream;

    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    /// <summary>
    /// Posts each line repeatedly with another quantity: reading a shard before the end of its parents would leave an
    /// old quantity.
    /// </summary>
    [Fact]
    public async Task Splits_and_merges_during_replays_lose_nothing_and_keep_the_order_of_versions()
    {
        var (localCloud, ingest) = (
            await system.Running.UrlAsync("localcloud"),
            await system.Running.UrlAsync("ingest")
        );
        await using var stores = await system.Running.StoresAsync();
        using var conservation = new Conservation(localCloud, stores);
        var kinesis = conservation.Kinesis;
        // UpdateShardCount can at most double and at least halve the number of shards.
        await UpdateAsync(kinesis, 2);
        await UpdateAsync(kinesis, 1);

        var resharding = ReshardAsync(kinesis, [2, 4, 2]);
        var last = await ReplayDuringAsync(resharding, ingest);
        await resharding;

        await conservation.UntilSettledAsync();
        await conservation.AssertAsync(last.Lines, "Shards 1, 2, 4, 2, and two processors");
    }

    private static async Task ReshardAsync(IAmazonKinesis kinesis, int[] shards)
    {
        foreach (var count in shards)
        {
            await Task.Delay(s_pause);
            await UpdateAsync(kinesis, count);
        }
    }

    /// <returns>The last version of the file, whose replay ended after the resharding.</returns>
    private async Task<TillFile> ReplayDuringAsync(Task resharding, Uri ingest)
    {
        for (var version = 1; ; version++)
        {
            var file = new TillFile(_pos, seed: 0, s_replay, version);
            await file.ReplayAsync(ingest);
            if (resharding.IsCompleted)
                return file;
        }
    }

    private static async Task UpdateAsync(IAmazonKinesis kinesis, int shards)
    {
        await kinesis.UpdateShardCountAsync(
            new UpdateShardCountRequest
            {
                StreamName = s_stream,
                TargetShardCount = shards,
                ScalingType = ScalingType.UNIFORM_SCALING,
            }
        );
        await Wait.UntilAsync(async () =>
        {
            var stream = (
                await kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = s_stream })
            ).StreamDescriptionSummary;
            return stream.StreamStatus == StreamStatus.ACTIVE && stream.OpenShardCount == shards;
        });
    }
}
