using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Retention and capacity mode of a stream that is there.</summary>
internal sealed class SettingOperations(StreamStore streams)
{
    // IncreaseStreamRetentionPeriod: 24 hours to 365 days.
    private const int ShortestHours = 24;
    private const int LongestHours = 8760;

    public async Task SetRetentionAsync(RetentionPeriodRequest request, bool increase)
    {
        new Constraints().Required("retentionPeriodHours", request.RetentionPeriodHours).Enforce();
        var hours = request.RetentionPeriodHours!.Value;
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        if (hours < ShortestHours)
            throw Refused(
                $"Minimum allowed retention period is {ShortestHours} hours. Requested retention period ({hours} hours) is too short."
            );
        if (hours > LongestHours)
            throw Refused(
                $"Maximum allowed retention period is {LongestHours} hours. Requested retention period ({hours} hours) is too long."
            );
        await stream.ChangeAsync(
            (state, _) =>
                increase && hours < state.RetentionHours
                    ? throw Refused(
                        $"Requested retention period ({hours} hours) for stream {state.Name} can not be shorter than existing retention period ({state.RetentionHours} hours). Use DecreaseRetentionPeriod API."
                    )
                : !increase && hours > state.RetentionHours
                    ? throw Refused(
                        $"Requested retention period ({hours} hours) for stream {state.Name} can not be longer than existing retention period ({state.RetentionHours} hours). Use IncreaseRetentionPeriod API."
                    )
                : hours == state.RetentionHours ? null
                : state with { RetentionHours = hours }
        );

        static AwsException Refused(string message) => new("InvalidArgumentException", message);
    }

    /// <summary>The shards stay as they are; only what may be done to them, and what they cost, changes.</summary>
    public async Task UpdateModeAsync(UpdateStreamModeRequest request)
    {
        var mode = request.StreamModeDetails?.StreamMode;
        new Constraints()
            .Required("streamARN", request.StreamArn)
            .Required("streamModeDetails", request.StreamModeDetails)
            .Check(
                request.StreamModeDetails is null || mode is not null,
                null,
                "streamModeDetails.streamMode",
                "Member must not be null"
            )
            .OneOf("streamModeDetails.streamMode", mode, StreamModes.OnDemand, StreamModes.Provisioned)
            .Enforce();
        var stream = streams.Get(StreamNames.Resolve(null, request.StreamArn));
        await stream.ChangeAsync((state, _) => state with { OnDemand = mode is StreamModes.OnDemand });
    }
}

/// <summary>Capacity modes by AWS's names.</summary>
internal static class StreamModes
{
    public const string OnDemand = "ON_DEMAND";
    public const string Provisioned = "PROVISIONED";
}
