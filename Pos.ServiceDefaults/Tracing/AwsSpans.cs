using System.Diagnostics;
using static Pos.ServiceDefaults.Tracing.SpanTags;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Starts spans of calls to AWS. Returns null if the trace is not recorded.</summary>
public static class AwsSpans
{
    /// <summary>Starts a span such as <c>PutObject pos-lake</c>.</summary>
    public static Activity? StartS3(this ActivitySource source, string operation, string bucket, string key) =>
        source
            .StartCall(operation, bucket, ActivityKind.Client)
            ?.SetCall("S3", operation)
            .SetTag(S3Bucket, bucket)
            .SetTag(S3Key, key);

    /// <summary>Starts a span such as <c>UpdateItem pos-lookup</c>.</summary>
    public static Activity? StartDynamoDB(this ActivitySource source, string operation, string table) =>
        source
            .StartCall(operation, table, ActivityKind.Client)
            ?.SetCall("DynamoDB", operation)
            .SetTag(DbSystem, DynamoDb)
            .SetTag(DbOperation, operation)
            .SetTag(DbCollection, table)
            .SetTag(DynamoTables, new[] { table });

    /// <summary>Starts a span such as <c>PutRecordBatch pos-warehouse</c>.</summary>
    public static Activity? StartFirehose(this ActivitySource source, string operation, string stream, int records) =>
        source
            .StartCall(operation, stream, ActivityKind.Producer)
            ?.SetCall("Firehose", operation)
            .SetTag(MessagingSystem, Firehose)
            .SetTag(OperationName, operation)
            .SetTag(OperationType, "send")
            .SetTag(Destination, stream)
            .SetTag(MessageCount, records);

    // Allocates nothing, not even the name, below a span that is not recorded.
    private static Activity? StartCall(
        this ActivitySource source,
        string operation,
        string target,
        ActivityKind kind
    ) =>
        source.HasListeners() && Activity.Current is not { Recorded: false }
            ? source.StartActivity($"{operation} {target}", kind)
            : null;

    /// <summary>Sets the AWS service and operation that a span calls.</summary>
    public static Activity SetCall(this Activity activity, string service, string operation) =>
        activity.SetTag(RpcSystem, AwsApi).SetTag(RpcService, service).SetTag(RpcMethod, operation);
}
