using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Changes the retention period and the capacity mode of a stream.</summary>
internal sealed class SettingOperations(StreamStore streams)
{
    // IncreaseStreamRetentionPeriod: 24 hours to 365 days.
    private const int MinHours = 24;
    private const int MaxHours = 8760;

    public async Task SetRetentionAsync(RetentionPeriodRequest request, bool increase)
    {
        new Constraints().Required("retentionPeriodHours", request.RetentionPeriodHours).Enforce();
        var hours = request.RetentionPeriodHours!.Value;
        var stream = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn));
        if (hours < MinHours)
            throw InvalidArgument(
                $"Minimum allowed retention period is {MinHours} hours. "
                    + $"Requested retention period ({hours} hours) is too short."
            );
        if (hours > MaxHours)
            throw InvalidArgument(
                $"Maximum allowed retention period is {MaxHours} hours. "
                    + $"Requested retention period ({hours} hours) is too long."
            );
        await stream.ChangeAsync(
            (state, _) =>
                increase && hours < state.RetentionHours
                    ? throw InvalidArgument(
                        $"Requested retention period ({hours} hours) for stream {state.Name} can not be shorter than "
                            + $"existing retention period ({state.RetentionHours} hours). "
                            + "Use DecreaseRetentionPeriod API."
                    )
                : !increase && hours > state.RetentionHours
                    ? throw InvalidArgument(
                        $"Requested retention period ({hours} hours) for stream {state.Name} can not be longer than "
                            + $"existing retention period ({state.RetentionHours} hours). "
                            + "Use IncreaseRetentionPeriod API."
                    )
                : hours == state.RetentionHours ? null
                : state with { RetentionHours = hours }
        );

        static AwsException InvalidArgument(string message) => new("InvalidArgumentException", message);
    }

    /// <summary>Changes the capacity mode. The shards do not change.</summary>
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

/// <summary>AWS's names of the capacity modes.</summary>
internal static class StreamModes
{
    public const string OnDemand = "ON_DEMAND";
    public const string Provisioned = "PROVISIONED";
}
