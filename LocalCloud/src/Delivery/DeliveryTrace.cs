using System.Diagnostics;
using LocalCloud.PostgresCopy;
using LocalCloud.Telemetry;
using static LocalCloud.Telemetry.SpanTags;

namespace LocalCloud.Delivery;

/// <summary>Starts the spans of a delivery: the batch, its object, its COPY and the merge.</summary>
internal static class DeliveryTrace
{
    private static readonly ActivitySource s_source = new("LocalCloud.Delivery");

    /// <summary>Starts the span of a batch in the traces of its puts. Returns null if none is sampled.</summary>
    public static BatchTrace? StartBatch(string stream, DeliveryBatch batch, IReadOnlyList<ActivityContext> puts)
    {
        if (puts is [])
            return null;
        var name = $"deliver {stream}";
        var trace = BatchTrace.Start(s_source, name, name, ActivityKind.Consumer, puts);
        trace
            ?.Batch.SetTag(MessagingSystem, Firehose)
            .SetTag(OperationName, "deliver")
            .SetTag(OperationType, "process")
            .SetTag(SpanTags.Destination, stream)
            .SetTag(MessageCount, batch.Records)
            .SetTag(S3Bucket, batch.Bucket)
            .SetTag(S3Key, batch.Key);
        return trace;
    }

    public static Activity? StartStaging(DeliveryBatch batch) => s_source.StartS3("PutObject", batch.Bucket, batch.Key);

    public static Activity? StartCopy(LoadTable target, int attempt)
    {
        var table = target.Name.Replace("\"", "", StringComparison.Ordinal);
        return Start($"COPY {table}", "COPY")?.SetTag(DbCollection, table).SetTag(Attempt, attempt);
    }

    /// <summary>Starts the span of the statement after COPY, named by its first word and its procedure.</summary>
    public static Activity? StartAfterCopy(string sql)
    {
        var operation = sql.Split(' ', 2)[0].ToUpperInvariant();
        var procedure =
            operation is "CALL" && sql.IndexOf('(', StringComparison.Ordinal) is > 0 and var end
                ? sql[operation.Length..end].Trim()
                : null;
        return Start(procedure is null ? operation : $"{operation} {procedure}", operation)
            ?.SetTag(DbStoredProcedure, procedure);
    }

    private static Activity? Start(string name, string operation) =>
        Activity.Current is { Recorded: true }
            ? s_source
                .StartActivity(name, ActivityKind.Client)
                ?.SetTag(DbSystem, Postgres)
                .SetTag(DbOperation, operation)
            : null;
}
