using Amazon.CDK.AWS.Lambda;
using Constructs;
using Pos.Cdk.Delivery;
using Pos.Cdk.Functions;
using Pos.Cdk.Lake;
using Pos.Cdk.Lookup;

namespace Pos.Cdk.Processing;

/// <summary>
/// A second function of the processor that handles requests of operators, as a function that reads a stream cannot. It
/// lists and retries quarantine entries and finds purchases. It has no access to the stream.
/// </summary>
internal sealed class QuarantineFunction : Construct
{
    public QuarantineFunction(
        Construct scope,
        Stage stage,
        FunctionPackages packages,
        PurchaseLake lake,
        LookupTable table,
        WarehouseDelivery delivery
    )
        : base(scope, "Quarantine")
    {
        var service = new PublishedFunction(
            this,
            stage,
            packages.Processor,
            new(
                "Quarantine and whereabouts",
                1024,
                TimeSpan.FromSeconds(29),
                new Dictionary<string, string>
                {
                    ["Pos__Resources__LookupTable"] = stage.Resources.LookupTable,
                    ["Pos__Resources__LakeBucket"] = lake.Bucket.BucketName,
                    ["Pos__Resources__DeliveryStream"] = stage.Resources.DeliveryStream,
                }
            )
        );
        service.Allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.Table.TableArn);
        service.Allow(["firehose:PutRecordBatch"], delivery.Arn);
        service.Allow(
            ["s3:GetObject", "s3:PutObject"],
            lake.Bucket.ArnForObjects($"{PurchaseLake.Purchases}*"),
            lake.Bucket.ArnForObjects($"{PurchaseLake.Quarantine}*")
        );
        service.Allow(["s3:ListBucket"], lake.Bucket.BucketArn);
        Function = service.Function;
    }

    public Function Function { get; }
}
