using System.Diagnostics;
using Amazon.Runtime;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>
/// Names of span attributes: those of OpenTelemetry's semantic conventions, and <c>pos.*</c> for this project's own.
/// </summary>
public static class SpanTags
{
#pragma warning disable CS1591 // The conventions document each name.
    // https://opentelemetry.io/docs/specs/semconv/messaging/
    public const string MessagingSystem = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string Partition = "messaging.destination.partition.id";
    public const string MessageCount = "messaging.batch.message_count";
    public const string MessageId = "messaging.message.id";
    public const string Kinesis = "aws_kinesis";
    public const string Firehose = "aws_firehose";

    // https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
    public const string RpcSystem = "rpc.system";
    public const string RpcService = "rpc.service";
    public const string RpcMethod = "rpc.method";
    public const string AwsApi = "aws-api";
    public const string KinesisStream = "aws.kinesis.stream_name";
    public const string DynamoTables = "aws.dynamodb.table_names";
    public const string S3Bucket = "aws.s3.bucket";
    public const string S3Key = "aws.s3.key";

    // https://opentelemetry.io/docs/specs/semconv/database/
    public const string DbSystem = "db.system.name";
    public const string DbOperation = "db.operation.name";
    public const string DbCollection = "db.collection.name";
    public const string DbStoredProcedure = "db.stored_procedure.name";
    public const string DynamoDb = "aws.dynamodb";
    public const string Postgres = "postgresql";

    public const string ErrorType = "error.type";

    public const string PurchaseId = "pos.purchase.id";
    public const string PurchaseCount = "pos.purchase.count";
    public const string LineCount = "pos.line.count";
    public const string Attempt = "pos.attempt";
#pragma warning restore CS1591

    /// <summary>Marks a span as failed. Sets <c>error.type</c> to the AWS error code if the error has one.</summary>
    public static void SetFailure(this Activity? activity, Exception error) =>
        activity?.SetFailure(
            error is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? code : error.GetType().FullName!,
            error.Message
        );

    /// <summary>Marks a span as failed.</summary>
    /// <param name="activity">The span to mark.</param>
    /// <param name="type">Error code or exception type; must have few distinct values.</param>
    /// <param name="message">Description for people.</param>
    public static void SetFailure(this Activity activity, string type, string? message) =>
        activity.SetTag(ErrorType, type).SetStatus(ActivityStatusCode.Error, message);
}
