using System.Globalization;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Commands;

/// <summary><em>Reshard…</em>: asks for a number of shards and splits or merges the stream's shards.</summary>
internal static class ReshardCommand
{
    private const string ShardsInput = "shards";
    private const int MaxShards = 64;

    public static void WithReshardCommand(this IResourceBuilder<IResource> stream, Backend backend) =>
        stream.WithCommand(
            "reshard",
            "Reshard…",
            async context =>
            {
                var shards = int.Parse(context.Arguments.GetString(ShardsInput)!, CultureInfo.InvariantCulture);
                try
                {
                    await ReshardAsync(backend, shards, context.CancellationToken);
                    return CommandResults.Success(
                        $"Stream {backend.Resources.Stream} gets {shards} shards. "
                            + "Processors finish the old shards first."
                    );
                }
                catch (AmazonServiceException error)
                {
                    return CommandResults.Failure(error.Message);
                }
            },
            new CommandOptions
            {
                Description = "Splits or merges the stream's shards. Nothing in the stream is lost or reordered.",
                IconName = "ArrowSplit",
                Arguments =
                [
                    new InteractionInput
                    {
                        Name = ShardsInput,
                        Label = "Shards",
                        Description = $"1 to {MaxShards}; at most twice and at least half of today's number",
                        InputType = InputType.Number,
                        Required = true,
                        Value = "4",
                    },
                ],
                ValidateArguments = context =>
                {
                    var input = context.Inputs[ShardsInput];
                    if (
                        !int.TryParse(input.Value, CultureInfo.InvariantCulture, out var shards)
                        || shards is < 1 or > MaxShards
                    )
                        context.AddValidationError(input, $"Use a whole number from 1 to {MaxShards}.");
                    return Task.CompletedTask;
                },
            }
        );

    private static async Task ReshardAsync(Backend backend, int shards, CancellationToken cancellationToken)
    {
        var settings = await backend.ResolveEnvironmentAsync(cancellationToken);
        using var kinesis = new AmazonKinesisClient(
            new BasicAWSCredentials(settings["AWS_ACCESS_KEY_ID"], settings["AWS_SECRET_ACCESS_KEY"]),
            new AmazonKinesisConfig
            {
                ServiceURL = settings["AWS_ENDPOINT_URL_KINESIS"],
                AuthenticationRegion = settings["AWS_REGION"],
            }
        );
        await kinesis.UpdateShardCountAsync(
            new UpdateShardCountRequest
            {
                StreamName = backend.Resources.Stream,
                TargetShardCount = shards,
                ScalingType = ScalingType.UNIFORM_SCALING,
            },
            cancellationToken
        );
    }
}
