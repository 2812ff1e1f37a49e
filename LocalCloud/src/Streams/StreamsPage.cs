using System.Text.Json.Serialization;
using LocalCloud.Streams.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LocalCloud.Streams;

/// <summary>
/// What LocalCloud keeps of its streams: <c>GET /_streams</c>. AWS tells part of it by CloudWatch metrics.
/// </summary>
internal static class StreamsPage
{
    public static void MapStreams(this WebApplication app) => app.MapGet("/_streams", Answer);

    private static JsonHttpResult<StreamsStatus> Answer(StreamStore streams) =>
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

/// <summary>Unhealthy data is no reason to restart the process, so the worst is Degraded.</summary>
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

/// <param name="Name">The stream's.</param>
/// <param name="OpenShards">Those that take records.</param>
/// <param name="ClosedShards">Those that still have records within retention, or had a moment ago.</param>
/// <param name="RetentionHours">After which records are dropped, a whole segment at a time.</param>
/// <param name="Segments">Files of the log.</param>
/// <param name="Bytes">Their size on disk.</param>
/// <param name="Folder">Where they are.</param>
/// <param name="Damages">What of them cannot be read and is left out of reads.</param>
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

/// <summary>A stream that no call can reach, for its state is damaged.</summary>
internal sealed record UnreadableStream(string Folder, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StreamsStatus))]
internal sealed partial class StreamsPageJson : JsonSerializerContext;
