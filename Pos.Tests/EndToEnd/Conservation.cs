using System.Text.Json.Nodes;
using Amazon.Kinesis;
using Amazon.Runtime;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Checks that the stores have lost and duplicated no sent line.</summary>
/// <param name="localCloud">URL of stream and delivery.</param>
/// <param name="stores">The stores to check.</param>
internal sealed class Conservation(Uri localCloud, Stores stores) : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(90);

    /// <summary>The stream.</summary>
    public IAmazonKinesis Kinesis { get; } =
        new AmazonKinesisClient(
            stores.Credentials,
            new AmazonKinesisConfig { ServiceURL = localCloud.ToString(), AuthenticationRegion = "us-east-1" }
        );

    public void Dispose() => Kinesis.Dispose();

    /// <summary>
    /// Waits until everything that stream and delivery acknowledged is processed and delivered. Lines that are still
    /// missing are lost.
    /// </summary>
    public async Task UntilSettledAsync()
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(s_timeout);
        var waitsFor = "";
        while (true)
        {
            try
            {
                if (await ProcessorLagAsync(limit.Token) is { } lag)
                    waitsFor = lag;
                else if (await DeliveryLagAsync(http, limit.Token) is { } undelivered)
                    waitsFor = undelivered;
                else
                    return;
                await Task.Delay(100, limit.Token);
            }
            catch (Exception error) when (error is HttpRequestException or AmazonServiceException)
            {
                waitsFor = error.Message;
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not settled within {s_timeout}: {waitsFor}");
            }
        }
    }

    /// <summary>
    /// Compares each store with the sent lines, prints the numbers of lost and duplicated lines, and fails if there are
    /// any.
    /// </summary>
    /// <param name="sent">All lines of their purchases.</param>
    /// <param name="about">Describes the disturbance, for the output.</param>
    public async Task AssertAsync(IReadOnlyList<Line> sent, string about)
    {
        var purchases = sent.Select(line => line.PurchaseId).ToHashSet();
        var lake = Compare(sent, await stores.LakeAsync(), purchases);
        var lookup = Compare(sent, await stores.LookupAsync(), purchases);
        var warehouse = Compare(sent, await stores.WarehouseAsync(), purchases);
        var overlaps = await stores.RepeatedLakePositionsAsync();
        var poison = await Poison.InStreamAsync(Kinesis);
        var quarantined = await stores.QuarantinedAsync();
        string[] missing = [.. poison.Except(quarantined)];
        string[] extra =
        [
            .. quarantined.Except(poison),
            .. quarantined
                .GroupBy(record => record)
                .Where(entries => entries.Count() > 1)
                .Select(entries => entries.Key),
        ];

        var result = $"""
            {about}
            {sent.Count} lines sent
              lake       {lake.Lost.Count} lost, {lake.Duplicated.Count + overlaps.Count} duplicated
              lookup     {lookup.Lost.Count} lost, {lookup.Duplicated.Count} duplicated
              warehouse  {warehouse.Lost.Count} lost, {warehouse.Duplicated.Count} duplicated
              quarantine {missing.Length} lost, {extra.Length} duplicated (of {poison.Count} poisoned records so far)
            """;
        TestContext.Current.TestOutputHelper?.WriteLine(result);
        string[] wrong =
        [
            .. lake.Lost,
            .. lake.Duplicated,
            .. overlaps,
            .. lookup.Lost,
            .. lookup.Duplicated,
            .. warehouse.Lost,
            .. warehouse.Duplicated,
            .. missing,
            .. extra,
        ];
        Assert.True(wrong is [], $"{result}\nThe first of them:\n{string.Join('\n', wrong.Take(10))}");
    }

    private static (List<string> Lost, List<string> Duplicated) Compare(
        IReadOnlyList<Line> sent,
        IReadOnlyList<Line> stored,
        HashSet<string> purchases
    )
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in sent)
            left[line.ToString()] = left.GetValueOrDefault(line.ToString()) + 1;
        var duplicated = new List<string>();
        foreach (var line in stored.Where(line => purchases.Contains(line.PurchaseId)).Select(line => line.ToString()))
        {
            if (left.GetValueOrDefault(line) == 0)
                duplicated.Add(line);
            else
                left[line]--;
        }
        return ([.. left.Where(line => line.Value > 0).Select(line => line.Key)], duplicated);
    }

    // Uses the lease table, so that any processor may read the shards.
    private async Task<string?> ProcessorLagAsync(CancellationToken cancellationToken)
    {
        var stream = new KinesisShardStream(Kinesis, new PosResources());
        var leases = (await stores.Leases.ListAsync(cancellationToken)).ToDictionary(lease => lease.ShardId);
        foreach (var shard in await stream.ListShardsAsync(cancellationToken))
        {
            if (!leases.TryGetValue(shard.ShardId, out var lease))
                return $"{shard.ShardId} has no lease";
            if (lease.Checkpoint == Checkpoint.ShardEnd)
                continue;
            // There must be no record after the checkpoint.
            var iterator = await stream.GetIteratorAsync(shard.ShardId, lease.Checkpoint, cancellationToken);
            while (true)
            {
                var read = await stream.ReadAsync(shard.ShardId, iterator, limit: 100, cancellationToken);
                if (read.Records is not [] || read.NextIterator is null)
                    return $"the processor: {lease}";
                if (read.MillisBehindLatest == 0)
                    break;
                iterator = read.NextIterator;
            }
        }
        return null;
    }

    private async Task<string?> DeliveryLagAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var streams = JsonNode
            .Parse(await http.GetStringAsync(new Uri(localCloud, "/_delivery"), cancellationToken))!
            .AsArray();
        return streams.Count > 0 && streams.All(stream => (long)stream!["backlog_bytes"]! == 0)
            ? null
            : $"the delivery: {streams.ToJsonString()}";
    }
}
