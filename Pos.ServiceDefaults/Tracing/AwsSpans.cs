using System.Diagnostics;
using static Pos.ServiceDefaults.Tracing.SpanTags;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Starts spans of calls to AWS. Each is null where the trace is not recorded.</summary>
public static class AwsSpans
{
    /// <summary><c>PutObject pos-lake</c></summary>
    public static Activity? StartS3(this ActivitySource source, string operation, string bucket, string key) =>
        source
            .StartActivity($"{operation} {bucket}", ActivityKind.Client)
            ?.SetCall("S3", operation)
            .SetTag(S3Bucket, bucket)
            .SetTag(S3Key, key);

    /// <summary><c>UpdateItem pos-lookup</c></summary>
    public static Activity? StartDynamoDB(this ActivitySource source, string operation, string table) =>
        source
            .StartActivity($"{operation} {table}", ActivityKind.Client)
            ?.SetCall("DynamoDB", operation)
            .SetTag(DbSystem, DynamoDb)
            .SetTag(DbOperation, operation)
            .SetTag(DbCollection, table)
            .SetTag(DynamoTables, new[] { table });

    /// <summary><c>PutRecordBatch pos-warehouse</c></summary>
    public static Activity? StartFirehose(this ActivitySource source, string operation, string stream, int records) =>
        source
            .StartActivity($"{operation} {stream}", ActivityKind.Producer)
            ?.SetCall("Firehose", operation)
            .SetTag(MessagingSystem, Firehose)
            .SetTag(OperationName, operation)
            .SetTag(OperationType, "send")
            .SetTag(Destination, stream)
            .SetTag(MessageCount, records);

    /// <summary>Says which operation of which AWS service a span is a call of.</summary>
    public static Activity SetCall(this Activity activity, string service, string operation) =>
        activity.SetTag(RpcSystem, AwsApi).SetTag(RpcService, service).SetTag(RpcMethod, operation);
}
