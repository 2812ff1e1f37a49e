using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pos.Reconciliation;

/// <summary>Where to ask what is on its way.</summary>
/// <param name="Processor">Where <c>/status</c> and <c>/quarantine/counts</c> are; null where the processor has no
/// address.</param>
/// <param name="LocalCloud">Where <c>/_delivery</c> is; null on AWS, where CloudWatch tells it
/// (<c>DeliveryToRedshift.DataFreshness</c>).</param>
public sealed record UnderWaySources(Uri? Processor, Uri? LocalCloud);

/// <summary>
/// What is accepted and not in the stores: on its way, or in quarantine. Null is what could not be asked.
/// </summary>
/// <param name="StreamRecords">Stream records that are not processed yet.</param>
/// <param name="OldestMilliseconds">Age of the oldest of them.</param>
/// <param name="ShardsElsewhere">Shards that another process reads, which are not in the figures before.</param>
/// <param name="DeliveryBytes">Bytes that the delivery has and the warehouse has not.</param>
/// <param name="QuarantineOpen">Quarantine entries that wait for a decision.</param>
/// <param name="QuarantineDiscarded">Quarantine entries that shall not go into the stores.</param>
public sealed record UnderWay(
    long? StreamRecords,
    long? OldestMilliseconds,
    int ShardsElsewhere,
    long? DeliveryBytes,
    long? QuarantineOpen,
    long? QuarantineDiscarded
)
{
    /// <summary>Asks processor and delivery; what does not answer is left out.</summary>
    /// <param name="http">With a timeout of its own.</param>
    /// <param name="sources">Where.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<UnderWay> AskAsync(
        HttpClient http,
        UnderWaySources sources,
        CancellationToken cancellationToken
    )
    {
        var shards = Array(await AskAsync(http, sources.Processor, "/status", cancellationToken), "shards");
        JsonNode[] here = [.. (shards ?? []).OfType<JsonNode>().Where(shard => (string?)shard["state"] == "here")];
        var reasons = Array(
            await AskAsync(http, sources.Processor, "/quarantine/counts", cancellationToken),
            "reasons"
        );
        var delivery = await AskAsync(http, sources.LocalCloud, "/_delivery", cancellationToken) as JsonArray;
        return new(
            here is [] ? null : here.Sum(shard => (long?)shard["lag_records"] ?? 0),
            here is [] ? null : here.Max(shard => (long?)shard["iterator_age_milliseconds"] ?? 0),
            (shards ?? []).Count(shard => (string?)shard!["state"] is "elsewhere"),
            delivery?.Sum(stream => (long)stream!["backlogBytes"]!),
            reasons?.Sum(reason => (long)reason!["open"]!),
            reasons?.Sum(reason => (long)reason!["discarded"]!)
        );
    }

    private static JsonArray? Array(JsonNode? answer, string name) => (answer as JsonObject)?[name] as JsonArray;

    private static async Task<JsonNode?> AskAsync(
        HttpClient http,
        Uri? service,
        string path,
        CancellationToken cancellationToken
    )
    {
        if (service is null)
            return null;
        try
        {
            return await http.GetFromJsonAsync<JsonNode>(new Uri(service, path), cancellationToken);
        }
        catch (Exception away)
            when (away is HttpRequestException or JsonException
                || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return null;
        }
    }
}
