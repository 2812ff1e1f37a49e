using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.ServiceDefaults;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor;

[SystemTest]
public sealed class EventsApiTests : IAsyncLifetime
{
    // The first record of the example in Lambda's documentation ("Process Amazon Kinesis Data Streams records with
    // Lambda").
    private const string Example = """
        {"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"1",
        "sequenceNumber":"49590338271490256608559692538361571095921575989136588898",
        "data":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==","approximateArrivalTimestamp":1545084650.987},
        "eventSource":"aws:kinesis","eventVersion":"1.0",
        "eventID":"shardId-000000000006:49590338271490256608559692538361571095921575989136588898",
        "eventName":"aws:kinesis:record",
        "invokeIdentityArn":"arn:aws:iam::111122223333:role/lambda-role","awsRegion":"us-east-2",
        "eventSourceARN":"arn:aws:kinesis:us-east-2:111122223333:stream/lambda-stream"}]}
        """;

    private readonly List<StreamRecord> _received = [];
    private readonly LogLines _log = new();
    private BatchResponse _response = BatchResponse.Success;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder([
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Pos.Processor=Information",
            "--AWS_LAMBDA_FUNCTION_NAME=processor",
        ]);
        builder.AddServiceDefaults();
        builder.AddProcessor();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.Replace(
            ServiceDescriptor.Singleton<IBatchHandler>(
                new ScriptedHandler(
                    (batch, _, _) =>
                    {
                        _received.AddRange(batch);
                        return Task.FromResult(_response);
                    }
                )
            )
        );
        _app = builder.Build();
        _app.MapServiceDefaults();
        _app.MapEvents();
        _app.MapStatus();
        await _app.StartAsync();
        _client = new()
        {
            BaseAddress = new(
                _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Lambdas_event_is_read_and_gets_the_response_that_Lambda_expects()
    {
        using var response = await PostAsync(Example);

        Assert.Equal("""{"batchItemFailures":[]}""", await response.Content.ReadAsStringAsync());
        var record = Assert.Single(_received);
        Assert.Equal("shardId-000000000006", record.ShardId);
        Assert.Equal("49590338271490256608559692538361571095921575989136588898", record.SequenceNumber);
        Assert.Equal("1", record.PartitionKey);
        Assert.Equal("Hello, this is a test.", Encoding.UTF8.GetString(record.Data.Span));
        Assert.Equal(new DateTimeOffset(2018, 12, 17, 22, 10, 50, 987, TimeSpan.Zero), record.ArrivedAt);
    }

    [Fact]
    public async Task Failure_names_the_first_failed_record()
    {
        _response = BatchResponse.FailedFrom(
            new("shard", "4711", "key", default, default),
            new IOException("unavailable")
        );

        using var response = await PostAsync(Example);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            """{"batchItemFailures":[{"itemIdentifier":"4711"}]}""",
            await response.Content.ReadAsStringAsync()
        );
    }

    [Fact]
    public async Task Failing_shard_is_logged_once_when_it_fails_and_once_when_it_recovers_without_stack_traces()
    {
        _response = BatchResponse.FailedFrom(
            new("shard", "4711", "key", default, default),
            new IOException("unavailable")
        );
        for (var attempt = 0; attempt < 3; attempt++)
            (await PostAsync(Example)).Dispose();
        _response = BatchResponse.Success;
        for (var attempt = 0; attempt < 2; attempt++)
            (await PostAsync(Example)).Dispose();

        Assert.Equal(
            [
                "Warning: Batch of shard shardId-000000000006 failed at record 4711; Lambda retries it: "
                    + "IOException: unavailable",
                "Information: Batches of shard shardId-000000000006 succeed again",
            ],
            _log.All
        );
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"Records":null}""")]
    [InlineData("""{"Records":[{"eventID":"shardId-1:1"}]}""")]
    [InlineData(
        """
            {"Records":[{"eventID":"nothing","kinesis":
            {"sequenceNumber":"1","partitionKey":"1","data":"","approximateArrivalTimestamp":1}}]}
            """
    )]
    public async Task Anything_but_a_Kinesis_event_is_rejected(string json)
    {
        using var response = await PostAsync(json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_received);
    }

    [Fact]
    public async Task In_a_Lambda_function_the_mapping_does_not_run()
    {
        Assert.StartsWith(
            """{"mapping":false,"failure":null,"stream_failure":null,"lease_table_failure":null,"shards":[],""",
            await _client.GetStringAsync("/status"),
            StringComparison.Ordinal
        );
        Assert.Null(_app.Services.GetService<EventSourceMapping>());
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/health")).StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string json) =>
        _client.PostAsync("/events", new StringContent(json, Encoding.UTF8, "application/json"));
}
