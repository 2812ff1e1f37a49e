using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.KinesisFirehose;
using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.Import;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.Quarantine;
using Pos.Processor.Whereabouts;
using Pos.ServiceDefaults;
using Pos.Storage;
using Pos.Storage.Quarantine;
using Pos.Tests.LocalCloud.Tables;

namespace Pos.Tests.Processor.Quarantine;

/// <summary>The processor as Lambda calls it, with LocalCloud and an in-memory Firehose.</summary>
internal sealed class ProcessorServer : IAsyncDisposable
{
    private readonly LocalCloudServer _cloud;
    private readonly WebApplication _app;
    private bool _isS3Stopped;

    private ProcessorServer(LocalCloudServer cloud, WebApplication app, FakeFirehose firehose)
    {
        _cloud = cloud;
        _app = app;
        Firehose = firehose;
        Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new() { BaseAddress = new(Url) };
    }

    public string Url { get; }
    public HttpClient Http { get; }
    public FakeFirehose Firehose { get; }

    public static async Task<ProcessorServer> StartAsync(SharedTables tableServer)
    {
        var resources = await tableServer.CreateTablesAsync();
        var cloud = await LocalCloudServer.StartAsync();
        var firehose = new FakeFirehose();
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            "--AWS_LAMBDA_FUNCTION_NAME=processor",
            $"--AWS_ENDPOINT_URL_S3={cloud.Url}",
            $"--AWS_ENDPOINT_URL_DYNAMODB={tableServer.Url}",
            $"--Pos:Resources:LookupTable={resources.LookupTable}",
        ]);
        builder.AddServiceDefaults();
        builder.AddProcessor();
        builder.Services.Replace(ServiceDescriptor.Singleton<IAmazonKinesisFirehose>(firehose));
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapEvents();
        app.MapStatus();
        app.MapQuarantine();
        app.MapWhereabouts();
        await app
            .Services.GetRequiredService<IAmazonS3>()
            .PutBucketAsync(app.Services.GetRequiredService<PosResources>().LakeBucket);
        await app.StartAsync();
        return new(cloud, app, firehose);
    }

    /// <summary>Stops LocalCloud and with it S3.</summary>
    public ValueTask StopS3Async()
    {
        _isS3Stopped = true;
        return _cloud.DisposeAsync();
    }

    /// <summary>Sends a batch as Lambda does, and requires that all of it succeeds.</summary>
    public async Task HandleAsync(params StreamRecord[] batch)
    {
        var answer = await HandleOnceAsync(batch);
        if (answer != """{"batchItemFailures":[]}""")
            throw new InvalidOperationException(answer);
    }

    public async Task<string> HandleOnceAsync(params StreamRecord[] batch)
    {
        var records = batch.Select(record => new KinesisEventRecord(
            $"{record.ShardId}:{record.SequenceNumber}",
            new(
                record.SequenceNumber,
                record.PartitionKey,
                record.Data.ToArray(),
                record.ArrivedAt.ToUnixTimeMilliseconds() / 1000m
            )
        ));
        using var response = await Http.PostAsJsonAsync("/events", new KinesisEvent([.. records]));
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Discards a record as the mapping does after the last retry.</summary>
    public Task DiscardAsync(StreamRecord record) =>
        _app
            .Services.GetRequiredService<PurchaseBatchHandler>()
            .DiscardAsync(record, QuarantineReason.RetriesExhausted, lease: null, CancellationToken.None);

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(path))!;

    public async Task<(int Status, JsonNode Answer)> PostAsync(string path, string json)
    {
        using var response = await Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Returns the ids of the entries on one page of a list.</summary>
    public async Task<string[]> IdsAsync(string query = "?state=all") =>
        [.. (await GetAsync("/quarantine" + query))["entries"]!.AsArray().Select(entry => (string)entry!["id"]!)];

    public async Task<StoredLines> LinesAsync()
    {
        var (s3, resources) = (
            _app.Services.GetRequiredService<IAmazonS3>(),
            _app.Services.GetRequiredService<PosResources>()
        );
        var lake = new List<JsonElement>();
        await foreach (
            var found in s3
                .Paginators.ListObjectsV2(new() { BucketName = resources.LakeBucket, Prefix = "purchases/" })
                .S3Objects
        )
        {
            using var response = await s3.GetObjectAsync(resources.LakeBucket, found.Key);
            lake.AddRange(StoredLines.ReadObject(response.ResponseStream));
        }
        var scan = await _app
            .Services.GetRequiredService<IAmazonDynamoDB>()
            .ScanAsync(new ScanRequest { TableName = resources.LookupTable, ConsistentRead = true });
        return StoredLines.From(lake, scan.Items, Firehose);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        if (!_isS3Stopped)
            await _cloud.DisposeAsync();
    }
}
