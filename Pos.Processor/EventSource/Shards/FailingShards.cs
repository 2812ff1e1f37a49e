using System.Collections.Concurrent;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;

namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// Tracks the shards whose last batch from Lambda's mapping failed. Logs the first failure and the recovery, not each
/// retry.
/// </summary>
internal sealed partial class FailingShards(ILogger<FailingShards> logger)
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public void Observe(string shardId, BatchResponse response)
    {
        if (response.BatchItemFailures is not [var failure, ..])
        {
            if (_failing.TryRemove(shardId, out _))
                LogRecovered(logger, shardId);
        }
        else if (_failing.TryAdd(shardId, true))
        {
            LogFailed(logger, shardId, failure.ItemIdentifier, response.Cause?.GetType().Name, response.Cause?.Message);
        }
    }

    [LoggerMessage(
        2030,
        LogLevel.Warning,
        "Batch of shard {ShardId} failed at record {SequenceNumber}; Lambda retries it: {Exception}: {Reason}"
    )]
    private static partial void LogFailed(
        ILogger logger,
        string shardId,
        string? sequenceNumber,
        string? exception,
        string? reason
    );

    [LoggerMessage(2031, LogLevel.Information, "Batches of shard {ShardId} succeed again")]
    private static partial void LogRecovered(ILogger logger, string shardId);
}
