using System.Text.Json.Serialization;
using LocalCloud.Streams.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LocalCloud.Streams;

/// <summary>
/// Shows the state of all streams on disk: <c>GET /_streams</c>. AWS has CloudWatch metrics for part of it.
/// </summary>
internal static class StreamsPage
{
    public static void MapStreams(this WebApplication app) => app.MapGet("/_streams", GetStatus);

    private static JsonHttpResult<StreamsStatus> GetStatus(StreamStore streams) =>
        TypedResults.Json(
            new StreamsStatus(
                [.. streams.All.OrderBy(stream => stream.State.Name, StringComparer.Ordinal).Select(Status)],
                streams.Unreadable
            ),
            StreamsPageJson.Default.StreamsStatus
        );

    private static StreamStatus Status(DataStream stream)
    {
        var (state, (segments, bytes)) = (stream.State, stream.Log.Size());
        return new StreamStatus(
            state.Name,
            state.OpenShards.Length,
            state.Shards.Count - state.OpenShards.Length,
            state.RetentionHours,
            segments,
            bytes,
            stream.Folder,
            stream.Log.Damages
        );
    }
}

/// <summary>Reports damaged streams as Degraded, not Unhealthy: a restart would not repair them.</summary>
internal sealed class StreamsHealth(StreamStore streams) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var damaged = streams
            .All.Where(stream => stream.Log.Damages.Count > 0)
            .Select(stream => stream.State.Name)
            .Concat(streams.Unreadable.Select(stream => stream.Folder))
            .ToList();
        return Task.FromResult(
            damaged.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"Damaged on disk, see /_streams: {string.Join(", ", damaged)}")
        );
    }
}

internal sealed record StreamsStatus(IReadOnlyList<StreamStatus> Streams, IReadOnlyList<UnreadableStream> Unreadable);

/// <summary>The state of one stream on disk.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="OpenShards">The number of open shards.</param>
/// <param name="ClosedShards">The number of closed shards that may still have records within retention.</param>
/// <param name="RetentionHours">The retention period. Records are dropped a whole segment at a time.</param>
/// <param name="Segments">The number of log files.</param>
/// <param name="Bytes">The size of the log files.</param>
/// <param name="Folder">The folder of the log files.</param>
/// <param name="Damages">The damaged parts of the log, which reads skip.</param>
internal sealed record StreamStatus(
    string Name,
    int OpenShards,
    int ClosedShards,
    int RetentionHours,
    int Segments,
    long Bytes,
    string Folder,
    IReadOnlyList<LogDamage> Damages
);

/// <summary>A stream that cannot be served because its state is damaged.</summary>
internal sealed record UnreadableStream(string Folder, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StreamsStatus))]
internal sealed partial class StreamsPageJson : JsonSerializerContext;
