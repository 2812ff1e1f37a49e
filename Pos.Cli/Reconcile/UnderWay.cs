using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pos.Cli.Quarantine;

namespace Pos.Cli.Reconcile;

/// <summary>What is accepted and not in the stores: on its way, or in quarantine. Null is what could not be asked.</summary>
/// <param name="StreamRecords">Stream records that are not processed yet.</param>
/// <param name="OldestMilliseconds">Age of the oldest of them.</param>
/// <param name="ShardsElsewhere">Shards that another process reads, which are not in the figures before.</param>
/// <param name="DeliveryBytes">Bytes that the delivery has and the warehouse has not; on AWS CloudWatch tells it (<c>DeliveryToRedshift.DataFreshness</c>).</param>
/// <param name="QuarantineOpen">Quarantine entries that wait for a decision.</param>
/// <param name="QuarantineDiscarded">Quarantine entries that shall not go into the stores.</param>
internal sealed record UnderWay(
    long? StreamRecords, long? OldestMilliseconds, int ShardsElsewhere, long? DeliveryBytes, long? QuarantineOpen, long? QuarantineDiscarded)
{
    /// <summary>Asks processor and delivery; what does not answer is left out.</summary>
    public static async Task<UnderWay> AskAsync(HttpClient http, Uri processor, Uri? localCloud, CancellationToken cancellationToken)
    {
        var shards = (await AskAsync(http, new Uri(processor, "/status"), cancellationToken))?["shards"]?.AsArray();
        JsonNode[] here = [.. (shards ?? []).OfType<JsonNode>().Where(shard => (string?)shard["state"] == "here")];
        var elsewhere = (shards ?? []).Count(shard => (string?)shard!["state"] is "elsewhere");
        var counts = await CountAsync(http, processor, cancellationToken);
        var delivery = localCloud is null ? null : (await AskAsync(http, new Uri(localCloud, "/_delivery"), cancellationToken))?.AsArray();
        return new(
            here is [] ? null : here.Sum(shard => (long?)shard["lag_records"] ?? 0),
            here is [] ? null : here.Max(shard => (long?)shard["iterator_age_milliseconds"] ?? 0),
            elsewhere,
            delivery?.Sum(stream => (long)stream!["backlogBytes"]!),
            counts?.Reasons.Sum(reason => (long)reason.Open),
            counts?.Reasons.Sum(reason => (long)reason.Discarded));
    }

    private static async Task<EntryCounts?> CountAsync(HttpClient http, Uri processor, CancellationToken cancellationToken)
    {
        try
        {
            return await new QuarantineClient(http, processor).CountAsync(cancellationToken);
        }
        catch (QuarantineException)
        {
            return null;
        }
    }

    private static async Task<JsonNode?> AskAsync(HttpClient http, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetFromJsonAsync<JsonNode>(url, cancellationToken);
        }
        catch (Exception away) when (away is HttpRequestException or JsonException || (away is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
