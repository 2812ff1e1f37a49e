using System.Diagnostics;

namespace LocalCloud.Telemetry;

/// <summary>Names of span attributes in OpenTelemetry's semantic conventions.</summary>
internal static class SpanTags
{
    // https://opentelemetry.io/docs/specs/semconv/messaging/
    public const string MessagingSystem = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string MessageCount = "messaging.batch.message_count";
    public const string Firehose = "aws_firehose";

    // https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
    public const string RpcSystem = "rpc.system";
    public const string RpcService = "rpc.service";
    public const string RpcMethod = "rpc.method";
    public const string AwsApi = "aws-api";
    public const string S3Bucket = "aws.s3.bucket";
    public const string S3Key = "aws.s3.key";

    // https://opentelemetry.io/docs/specs/semconv/database/
    public const string DbSystem = "db.system.name";
    public const string DbOperation = "db.operation.name";
    public const string DbCollection = "db.collection.name";
    public const string DbStoredProcedure = "db.stored_procedure.name";
    public const string Postgres = "postgresql";

    public const string ErrorType = "error.type";
    public const string Attempt = "pos.attempt";

    /// <summary>Tags a span with the AWS operation that it calls.</summary>
    public static Activity SetCall(this Activity activity, string service, string operation) =>
        activity.SetTag(RpcSystem, AwsApi).SetTag(RpcService, service).SetTag(RpcMethod, operation);

    /// <summary>Starts the span of a call to S3. Returns null if the trace is not recorded.</summary>
    public static Activity? StartS3(this ActivitySource source, string operation, string bucket, string key) =>
        source.HasListeners() && Activity.Current is not { Recorded: false }
            ? source
                .StartActivity($"{operation} {bucket}", ActivityKind.Client)
                ?.SetCall("S3", operation)
                .SetTag(S3Bucket, bucket)
                .SetTag(S3Key, key)
            : null;

    /// <summary>Marks a span as failed.</summary>
    public static void SetFailure(this Activity? activity, Exception error) =>
        activity?.SetTag(ErrorType, error.GetType().FullName!).SetStatus(ActivityStatusCode.Error, error.Message);
}
