using System.Collections.Concurrent;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;

namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// The shards whose last batch failed, where Lambda's mapping delivers them: says so when it begins and when it ends,
/// not at each retry.
/// </summary>
internal sealed partial class FailingShards(ILogger<FailingShards> logger)
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public void Observe(string shardId, BatchResponse response)
    {
        if (response.BatchItemFailures is not [var failure, ..])
        {
            if (_failing.TryRemove(shardId, out _))
                LogResumed(logger, shardId);
        }
        else if (_failing.TryAdd(shardId, true))
        {
            LogFailed(logger, shardId, failure.ItemIdentifier, response.Cause?.GetType().Name, response.Cause?.Message);
        }
    }

    [LoggerMessage(
        2030,
        LogLevel.Warning,
        "A batch of shard {ShardId} failed from record {SequenceNumber} on: {Exception}: {Reason}"
    )]
    private static partial void LogFailed(
        ILogger logger,
        string shardId,
        string? sequenceNumber,
        string? exception,
        string? reason
    );

    [LoggerMessage(2031, LogLevel.Information, "Batches of shard {ShardId} succeed again")]
    private static partial void LogResumed(ILogger logger, string shardId);
}
