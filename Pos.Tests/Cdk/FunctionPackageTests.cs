using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Amazon.S3;
using Pos.Cdk.Functions;
using Pos.Cdk.Lookup;
using Pos.Storage.LookupTable;
using Pos.Tests.LocalCloud.Delivery;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>
/// Tests the deployed packages, published for this machine: self-contained, with bootstrap and the template's
/// environment.
/// </summary>
[Collection<Synthesized>]
[SystemTest]
public sealed class FunctionPackageTests(SynthesizedStages stages, SharedTables tableServer, ITestOutputHelper output)
{
    private const string Purchases =
        """{"purchase_id":"536365","purchased_at":"2010-12-01T08:26:00Z","lines":["""
        + """{"product_id":"85123A","quantity":6,"unit_price":2.55}]}"""
        + "\n"
        + """{"purchase_id":"536366","purchased_at":"2010-12-01T08:28:00Z","lines":["""
        + """{"product_id":"22633","quantity":6,"unit_price":1.85}]}"""
        + "\n";

    [Fact]
    public async Task A_request_through_API_Gateway_and_its_Kinesis_event_reach_the_stores()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Lambda's bootstrap is a shell script.");
        var ingestPackage = FunctionPackages.Publish("Ingest", ThisMachine);
        var processorPackage = FunctionPackages.Publish("Processor", ThisMachine);
        await using var cloud = await LocalCloudServer.StartAsync();
        var tables = await tableServer.CreateTablesAsync();
        var ingestFunction = stages.Dev.Single("AWS::Lambda::Function", "IngestService");
        var processorFunction = stages.Dev.Single("AWS::Lambda::Function", "ProcessorService");
        var stream = ingestFunction["Environment"]!["Variables"]!["Pos__Resources__Stream"]!.GetValue<string>();
        var delivery = processorFunction["Environment"]!["Variables"]![
            "Pos__Resources__DeliveryStream"
        ]!.GetValue<string>();
        using var kinesis = new AmazonKinesisClient(new AmazonKinesisConfig { ServiceURL = cloud.Url });
        using var s3 = new AmazonS3Client(new AmazonS3Config { ServiceURL = cloud.Url, ForcePathStyle = true });
        await CreateAsync(cloud.Url, kinesis, s3, stream, delivery);
        var settings = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = cloud.Url,
            ["AWS_ENDPOINT_URL_DYNAMODB"] = tableServer.Url!,
            ["Pos__Resources__LookupTable"] = tables.LookupTable,
            ["Pos__Resources__LakeBucket"] = "lake",
        };

        await using var ingest = await InvokedFunction.StartAsync(ingestPackage, ingestFunction, settings);
        var answer = JsonNode.Parse(await ingest.InvokeAsync(ApiGatewayEvent(Purchases)))!;
        Assert.Equal(202, answer["statusCode"]!.GetValue<int>());
        Assert.Equal(2, JsonNode.Parse(answer["body"]!.GetValue<string>())!["accepted"]!.GetValue<int>());

        await using var processor = await InvokedFunction.StartAsync(processorPackage, processorFunction, settings);
        Assert.Equal(
            """{"batchItemFailures":[]}""",
            await processor.InvokeAsync(await KinesisEventAsync(kinesis, stream))
        );

        var client = await tableServer.StartAsync();
        foreach (var id in (string[])["536365", "536366"])
        {
            var item = await client.GetItemAsync(
                tables.LookupTable,
                new() { [LookupTableSchema.PurchaseId] = new(id) }
            );
            Assert.Contains("line_0001", item.Item.Keys);
        }
        Assert.Single((await s3.ListObjectsV2Async(new() { BucketName = "lake", Prefix = "purchases/" })).S3Objects);

        // An event that is not from Kinesis must not look like a batch without failures.
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => processor.InvokeAsync([]));
        Assert.EndsWith("400", refused.Message, StringComparison.Ordinal);
        output.WriteLine(
            $"cold start on {ThisMachine}: ingest {ingest.ColdStart.TotalMilliseconds:F0} ms, "
                + $"processor {processor.ColdStart.TotalMilliseconds:F0} ms"
        );
    }

    private static string ThisMachine =>
        (OperatingSystem.IsMacOS() ? "osx-" : "linux-")
        + (RuntimeInformation.OSArchitecture is Architecture.Arm64 ? "arm64" : "x64");

    private static async Task CreateAsync(
        string url,
        AmazonKinesisClient kinesis,
        AmazonS3Client s3,
        string stream,
        string delivery
    )
    {
        await kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = stream, ShardCount = 1 });
        await Wait.UntilAsync(async () =>
            (await kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = stream }))
                .StreamDescriptionSummary
                .StreamStatus == StreamStatus.ACTIVE
        );
        await s3.PutBucketAsync("lake");
        await s3.PutBucketAsync(DeliveryFixture.Bucket);
        // Nothing is delivered during the test. Acknowledged rows are durable.
        var destination = DeliveryFixture.Destination("Host=127.0.0.1;Port=1;Database=none");
        destination.S3Configuration.BufferingHints = new BufferingHints { IntervalInSeconds = 900, SizeInMBs = 128 };
        using var firehose = new AmazonKinesisFirehoseClient(new AmazonKinesisFirehoseConfig { ServiceURL = url });
        await firehose.CreateDeliveryStreamAsync(
            new CreateDeliveryStreamRequest
            {
                DeliveryStreamName = delivery,
                RedshiftDestinationConfiguration = destination,
            }
        );
    }

    // The fields of "Working with AWS Lambda proxy integrations for HTTP APIs", format 2.0.
    private static JsonObject ApiGatewayEvent(string ndjson) =>
        JsonNode
            .Parse(
                $$"""
                {"version":"2.0","routeKey":"POST /purchases","rawPath":"/purchases","rawQueryString":"",
                 "headers":{"content-type":"application/x-ndjson","host":"id.execute-api.us-east-1.amazonaws.com",
                   "content-length":"{{ndjson.Length}}","x-forwarded-proto":"https"},
                 "requestContext":{"accountId":"123456789012","apiId":"id",
                   "domainName":"id.execute-api.us-east-1.amazonaws.com","requestId":"request",
                   "routeKey":"POST /purchases","stage":"$default",
                   "http":{"method":"POST","path":"/purchases","protocol":"HTTP/1.1","sourceIp":"192.0.2.1",
                     "userAgent":"till"} },
                 "body":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(ndjson))}}","isBase64Encoded":true}
                """
            )!
            .AsObject();

    /// <summary>Returns the stream's records as an event of Lambda's mapping.</summary>
    private static async Task<JsonObject> KinesisEventAsync(AmazonKinesisClient kinesis, string stream)
    {
        var shard = (await kinesis.ListShardsAsync(new ListShardsRequest { StreamName = stream }))
            .Shards.Single()
            .ShardId;
        var iterator = (
            await kinesis.GetShardIteratorAsync(
                new GetShardIteratorRequest
                {
                    StreamName = stream,
                    ShardId = shard,
                    ShardIteratorType = ShardIteratorType.TRIM_HORIZON,
                }
            )
        ).ShardIterator;
        var records = (await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator })).Records;
        Assert.NotEmpty(records);
        return new()
        {
            ["Records"] = new JsonArray([
                .. records.Select(record => new JsonObject
                {
                    ["kinesis"] = new JsonObject
                    {
                        ["kinesisSchemaVersion"] = "1.0",
                        ["partitionKey"] = record.PartitionKey,
                        ["sequenceNumber"] = record.SequenceNumber,
                        ["data"] = Convert.ToBase64String(record.Data.ToArray()),
                        ["approximateArrivalTimestamp"] = (
                            record.ApproximateArrivalTimestamp!.Value.ToUniversalTime() - DateTime.UnixEpoch
                        ).TotalSeconds,
                    },
                    ["eventSource"] = "aws:kinesis",
                    ["eventVersion"] = "1.0",
                    ["eventID"] = $"{shard}:{record.SequenceNumber}",
                    ["eventName"] = "aws:kinesis:record",
                    ["awsRegion"] = "us-east-1",
                    ["eventSourceARN"] = $"arn:aws:kinesis:us-east-1:123456789012:stream/{stream}",
                }),
            ]),
        };
    }
}
