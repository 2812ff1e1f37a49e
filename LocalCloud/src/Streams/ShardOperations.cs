using System.Globalization;
using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Lists, splits and merges shards.</summary>
internal sealed class ShardOperations(StreamStore streams, TimeProvider time)
{
    // ListShards: "Tokens expire after 300 seconds."
    private const long TokenLifetimeMilliseconds = 300_000;

    public void List(ListShardsRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Range("maxResults", request.MaxResults, 1, 10_000)
            .ShardId("exclusiveStartShardId", request.ExclusiveStartShardId)
            .Check(
                request.ShardFilter is null or { Type: not null },
                null,
                "shardFilter.type",
                "Member must not be null"
            )
            .OneOf(
                "shardFilter.type",
                request.ShardFilter?.Type,
                "AFTER_SHARD_ID",
                "AT_TRIM_HORIZON",
                "FROM_TRIM_HORIZON",
                "AT_LATEST",
                "AT_TIMESTAMP",
                "FROM_TIMESTAMP"
            )
            .Enforce();
        if (
            request.NextToken is not null
            && (
                request.StreamName is not null
                || request.ExclusiveStartShardId is not null
                || request.ShardFilter is not null
            )
        )
            throw new AwsException(
                "InvalidArgumentException",
                "NextToken cannot be given together with StreamName, ExclusiveStartShardId or ShardFilter."
            );
        if (request.ShardFilter is { Type: "AFTER_SHARD_ID", ShardId: null })
            throw new AwsException("InvalidArgumentException", "ShardFilter of type AFTER_SHARD_ID needs a ShardId.");
        if (request.ShardFilter is { Type: "AT_TIMESTAMP" or "FROM_TIMESTAMP", Timestamp: null })
            throw new AwsException(
                "InvalidArgumentException",
                $"ShardFilter of type {request.ShardFilter.Type} needs a Timestamp."
            );
        var page = request.NextToken is { } token
            ? ReadToken(token)
            : new ShardPage(
                StreamNames.Resolve(request.StreamName, request.StreamArn),
                NumberAfter(request.ExclusiveStartShardId),
                request.ShardFilter,
                Now()
            );
        var stream = streams.Get(page.Stream);
        var state = stream.State;
        var limit = request.MaxResults ?? 1000;
        var shards = state
            .Shards.Where(shard => shard.Number > page.After && Fits(shard, page.Filter, stream.TrimHorizon()))
            .Take(limit + 1)
            .ToList();

        response.WriteStartObject();
        response.WriteStartArray("Shards"u8);
        foreach (var shard in shards.Take(limit))
            ShardWriter.Write(response, state.Created, shard);
        response.WriteEndArray();
        if (shards.Count > limit)
            response.WriteString(
                "NextToken"u8,
                PageToken.Encode(
                    JsonSerializer.Serialize(
                        page with
                        {
                            After = shards[limit - 1].Number,
                            Issued = Now(),
                        },
                        KinesisJson.Default.ShardPage
                    )
                )
            );
        response.WriteEndObject();
    }

    public async Task SplitAsync(SplitShardRequest request)
    {
        new Constraints()
            .Required("shardToSplit", request.ShardToSplit)
            .ShardId("shardToSplit", request.ShardToSplit)
            .Required("newStartingHashKey", request.NewStartingHashKey)
            .HashKeyText("newStartingHashKey", request.NewStartingHashKey)
            .Enforce();
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        await stream.ChangeAsync(
            (state, nextOrdinal) =>
            {
                var shard = OpenShard(stream, state, request.ShardToSplit!);
                if (
                    !HashKey.TryParse(request.NewStartingHashKey!, out var start)
                    || start <= shard.StartingHashKey + 1
                    || start >= shard.EndingHashKey
                )
                    throw new AwsException(
                        "InvalidArgumentException",
                        $"NewStartingHashKey {request.NewStartingHashKey} used in SplitShard() on shard {shard.Id()} "
                            + $"in stream {state.Name} is not both greater than one plus the shard's StartingHashKey "
                            + $"{Text(shard.StartingHashKey)} and less than the shard's EndingHashKey "
                            + $"{Text(shard.EndingHashKey)}."
                    );
                var resharding = new Resharding(state, nextOrdinal, Now());
                resharding.Split(shard, start);
                return resharding.Result;
            }
        );
    }

    public async Task MergeAsync(MergeShardsRequest request)
    {
        new Constraints()
            .Required("shardToMerge", request.ShardToMerge)
            .ShardId("shardToMerge", request.ShardToMerge)
            .Required("adjacentShardToMerge", request.AdjacentShardToMerge)
            .ShardId("adjacentShardToMerge", request.AdjacentShardToMerge)
            .Enforce();
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        await stream.ChangeAsync(
            (state, nextOrdinal) =>
            {
                var shard = OpenShard(stream, state, request.ShardToMerge!);
                var adjacent = OpenShard(stream, state, request.AdjacentShardToMerge!);
                if (!(Follows(shard, adjacent) || Follows(adjacent, shard)))
                    throw new AwsException(
                        "InvalidArgumentException",
                        $"Shards {shard.Id()} and {adjacent.Id()} in stream {state.Name} are not an adjacent pair of "
                            + "shards eligible for merging."
                    );
                var resharding = new Resharding(state, nextOrdinal, Now());
                resharding.Merge(shard, adjacent);
                return resharding.Result;
            }
        );

        static bool Follows(Shard first, Shard second) =>
            first.EndingHashKey != UInt128.MaxValue && first.EndingHashKey + 1 == second.StartingHashKey;
    }

    public async Task UpdateCountAsync(UpdateShardCountRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Required("targetShardCount", request.TargetShardCount)
            .Range("targetShardCount", request.TargetShardCount, 1, int.MaxValue)
            .Required("scalingType", request.ScalingType)
            .OneOf("scalingType", request.ScalingType, "UNIFORM_SCALING")
            .Enforce();
        var target = request.TargetShardCount!.Value;
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        var current = 0;
        await stream.ChangeAsync(
            (state, nextOrdinal) =>
            {
                current = state.OpenShards.Length;
                if (state.OnDemand)
                    throw new AwsException(
                        "ValidationException",
                        $"Stream {state.Name} is in ON_DEMAND mode; its shard count cannot be set."
                    );
                // UpdateShardCount: at most double and at least half the current count.
                if (target > 2L * current)
                    throw new AwsException(
                        "LimitExceededException",
                        "UpdateShardCount cannot scale up over double your current open shard count. "
                            + $"Current open shard count: {current}, Target shard count: {target}"
                    );
                if (2L * target < current)
                    throw new AwsException(
                        "LimitExceededException",
                        "UpdateShardCount cannot scale down below half your current open shard count. "
                            + $"Current open shard count: {current}, Target shard count: {target}"
                    );
                if (target == current)
                    return null;
                var resharding = new Resharding(state, nextOrdinal, Now());
                resharding.ScaleTo(target);
                return resharding.Result;
            }
        );
        response.WriteStartObject();
        response.WriteString("StreamName"u8, stream.State.Name);
        response.WriteNumber("CurrentShardCount"u8, current);
        response.WriteNumber("TargetShardCount"u8, target);
        response.WriteString("StreamARN"u8, streams.GetArn(stream.State.Name));
        response.WriteEndObject();
    }

    /// <summary>Returns the number in an ExclusiveStartShardId, or -1 for null.</summary>
    /// <exception cref="AwsException">InvalidArgumentException</exception>
    public static int NumberAfter(string? exclusiveStart) =>
        exclusiveStart is null ? -1
        : Shard.TryParseId(exclusiveStart, out var number) ? number
        : throw new AwsException(
            "InvalidArgumentException",
            $"ExclusiveStartShardId {exclusiveStart} is not a shard id."
        );

    private Shard OpenShard(DataStream stream, StreamState state, string id)
    {
        // Use the state that is being changed: it may be newer than the one the caller saw before it was queued.
        var shard = state.Find(streams.GetShard(stream, id).Number)!;
        return shard.EndingOrdinal is null
            ? shard
            : throw new AwsException(
                "ResourceInUseException",
                $"Shard {id} in stream {state.Name} has already been merged or split, "
                    + "and thus is not eligible for merging or splitting."
            );
    }

    private ShardPage ReadToken(string token)
    {
        ShardPage? page = null;
        try
        {
            page = JsonSerializer.Deserialize(PageToken.Decode(token), KinesisJson.Default.ShardPage);
        }
        catch (JsonException)
        {
            // The token is from another operation.
        }
        if (page is null)
            throw new AwsException("InvalidArgumentException", "Invalid NextToken.");
        return Now() - page.Issued <= TokenLifetimeMilliseconds
            ? page
            : throw new AwsException(
                "ExpiredNextTokenException",
                "NextToken has expired; it is valid for 300 seconds."
            );
    }

    /// <summary>
    /// Applies the ShardFilter of ListShards: AT_ selects shards open at the time, FROM_ those open then or later.
    /// </summary>
    private static bool Fits(Shard shard, ShardFilter? filter, long trimHorizon)
    {
        var timestamp = (long)((filter?.Timestamp ?? 0) * 1000);
        return filter?.Type switch
        {
            "AFTER_SHARD_ID" => shard.Number > NumberAfter(filter.ShardId),
            "AT_LATEST" => shard.EndingOrdinal is null,
            "AT_TRIM_HORIZON" => OpenSince(trimHorizon) && (shard.OpenedAt <= trimHorizon || shard.Parent is null),
            "FROM_TRIM_HORIZON" => OpenSince(trimHorizon),
            "AT_TIMESTAMP" => OpenSince(timestamp) && shard.OpenedAt <= timestamp,
            "FROM_TIMESTAMP" => OpenSince(timestamp),
            _ => true,
        };

        bool OpenSince(long time) => !(shard.ClosedAt < time);
    }

    private static string Text(UInt128 key) => key.ToString(CultureInfo.InvariantCulture);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>The content of ListShards' NextToken: where the next page starts.</summary>
internal sealed record ShardPage(string Stream, int After, ShardFilter? Filter, long Issued);
