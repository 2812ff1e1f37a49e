using Amazon.CDK.AWS.Lambda;
using Constructs;
using Pos.Cdk.Delivery;
using Pos.Cdk.Functions;
using Pos.Cdk.Lake;
using Pos.Cdk.Lookup;
using Pos.Cdk.Stream;

namespace Pos.Cdk.Processing;

/// <summary>The function that writes records from the stream to lake, lookup table and Firehose.</summary>
internal sealed class ProcessorFunction : Construct
{
    public ProcessorFunction(
        Construct scope,
        Stage stage,
        FunctionPackages packages,
        PurchaseStream stream,
        PurchaseLake lake,
        LookupTable table,
        WarehouseDelivery delivery
    )
        : base(scope, "Processor")
    {
        var names = stage.Resources;
        var service = new PublishedFunction(
            this,
            stage,
            packages.Processor,
            new(
                "Stream to lake, lookup table and delivery stream",
                1769,
                TimeSpan.FromMinutes(2),
                new Dictionary<string, string>
                {
                    ["Pos__Resources__Stream"] = names.Stream,
                    ["Pos__Resources__LookupTable"] = names.LookupTable,
                    ["Pos__Resources__LakeBucket"] = lake.Bucket.BucketName,
                    ["Pos__Resources__DeliveryStream"] = names.DeliveryStream,
                    // By default the adapter returns responses of any status, so that Lambda would consider a rejected
                    // event a completed batch.
                    ["AWS_LWA_ERROR_STATUS_CODES"] = "400-599",
                }
            )
        );
        service.Allow(
            [
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
            ],
            stream.Arn
        );
        service.Allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.Table.TableArn);
        service.Allow(["firehose:PutRecordBatch"], delivery.Arn);
        service.Allow(["s3:GetObject"], lake.Bucket.ArnForObjects($"{PurchaseLake.Purchases}*")); // HeadObject
        service.Allow(
            ["s3:PutObject"],
            lake.Bucket.ArnForObjects($"{PurchaseLake.Purchases}*"),
            lake.Bucket.ArnForObjects($"{PurchaseLake.Quarantine}*"),
            lake.Bucket.ArnForObjects($"{PurchaseLake.GivenUp}*")
        );
        service.Allow(["s3:ListBucket"], lake.Bucket.BucketArn);
        Function = service.Function;

        var options = MappingSettings.Read();
        var mapping = new CfnEventSourceMapping(
            this,
            "Mapping",
            new CfnEventSourceMappingProps
            {
                EventSourceArn = stream.Arn,
                FunctionName = Function.FunctionName,
                BatchSize = options.BatchSize,
                MaximumBatchingWindowInSeconds = options.MaximumBatchingWindowInSeconds,
                StartingPosition = MappingSettings.StartingPositionName(options),
                StartingPositionTimestamp = options.StartingPositionTimestamp?.ToUnixTimeSeconds(),
                BisectBatchOnFunctionError = options.BisectBatchOnFunctionError,
                FunctionResponseTypes = [.. options.FunctionResponseTypes.Select(type => type.ToString())],
                ParallelizationFactor = options.ParallelizationFactor,
                MaximumRetryAttempts = MappingSettings.RetryAttempts(options),
                MaximumRecordAgeInSeconds = MappingSettings.RecordAgeInSeconds(options, stream.Retention),
                DestinationConfig = new CfnEventSourceMapping.DestinationConfigProperty
                {
                    OnFailure = new CfnEventSourceMapping.OnFailureProperty { Destination = lake.Bucket.BucketArn },
                },
            }
        );
        mapping.Node.AddDependency(service.Role);
    }

    public Function Function { get; }
}
