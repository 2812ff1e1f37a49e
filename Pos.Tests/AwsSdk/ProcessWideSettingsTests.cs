using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Extensions.NETCore.Setup;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Firehose = Amazon.KinesisFirehose.Model;

namespace Pos.Tests.AwsSdk;

/// <summary>
/// Tests that change environment variables and SDK settings of the process. No other test runs meanwhile.
/// </summary>
[CollectionDefinition(nameof(ProcessWideSettings), DisableParallelization = true)]
public sealed class ProcessWideSettings;

[Collection(nameof(ProcessWideSettings))]
[SystemTest]
public sealed class ProcessWideSettingsTests : IDisposable
{
    private readonly Dictionary<string, string?> _before = [];

    public void Dispose()
    {
        AWSConfigs.InitializeCollections = false;
        foreach (var (name, value) in _before)
            Environment.SetEnvironmentVariable(name, value);
    }

    [Fact]
    public async Task Each_service_has_its_endpoint_variable()
    {
        await using var kinesisServer = await RecordingServer.StartAsync(Answer.Ok("{}"));
        await using var firehoseServer = await RecordingServer.StartAsync(Answer.Ok("{}"));
        Set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        Set("AWS_ENDPOINT_URL_KINESIS", kinesisServer.Url);
        Set("AWS_ENDPOINT_URL_FIREHOSE", firehoseServer.Url);
        using var kinesis = new AmazonKinesisClient(Clients.Credentials);
        using var firehose = new AmazonKinesisFirehoseClient(Clients.Credentials);
        await kinesis.ListStreamsAsync(new ListStreamsRequest());
        await firehose.ListDeliveryStreamsAsync(new Firehose.ListDeliveryStreamsRequest());

        Assert.Equal("Kinesis_20131202.ListStreams", kinesisServer.TheRequest.Headers["X-Amz-Target"]);
        Assert.Equal("Firehose_20150804.ListDeliveryStreams", firehoseServer.TheRequest.Headers["X-Amz-Target"]);
    }

    [Fact]
    public async Task One_variable_is_enough_for_both_and_credentials_come_from_the_environment()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        Set("AWS_ENDPOINT_URL", server.Url);
        Set("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT");
        Set("AWS_SECRET_ACCESS_KEY", "secret");
        using var kinesis = new AmazonKinesisClient();
        using var firehose = new AmazonKinesisFirehoseClient();
        await kinesis.ListStreamsAsync(new ListStreamsRequest());
        await firehose.ListDeliveryStreamsAsync(new Firehose.ListDeliveryStreamsRequest());

        Assert.Equal(
            ["Kinesis_20131202.ListStreams", "Firehose_20150804.ListDeliveryStreams"],
            server.Requests.Select(request => request.Headers["X-Amz-Target"])
        );
        Assert.All(server.Requests, request =>
            Assert.Contains("Credential=AKIDENVIRONMENT/", request.Headers["Authorization"])
        );
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("eu-north-1", null)]
    [InlineData("eu-north-1", "eu-west-3")]
    public async Task Requests_are_signed_for_the_same_region_as_those_of_an_official_client(
        string? region,
        string? authenticationRegion
    )
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        Set("AWS_ENDPOINT_URL", server.Url);
        using var official = new AmazonDynamoDBClient(Clients.Credentials, With(new AmazonDynamoDBConfig()));
        using var kinesis = new AmazonKinesisClient(Clients.Credentials, With(new AmazonKinesisConfig()));
        await official.ListTablesAsync();
        await kinesis.ListStreamsAsync(new ListStreamsRequest());

        var regions = server.Requests.Select(request => request.Headers["Authorization"].Split('/')[2]).ToArray();
        Assert.Equal(2, regions.Length);
        Assert.Equal(regions[0], regions[1]);

        TConfig With<TConfig>(TConfig config)
            where TConfig : ClientConfig
        {
            if (region is not null)
                config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            if (authenticationRegion is not null)
                config.AuthenticationRegion = authenticationRegion;
            return config;
        }
    }

    [Fact]
    public async Task AddAWSService_creates_both_clients()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        Set("AWS_ENDPOINT_URL", server.Url);
        var services = new ServiceCollection();
        services.AddDefaultAWSOptions(
            new AWSOptions { Credentials = Clients.Credentials, Region = RegionEndpoint.EUNorth1 }
        );
        services.AddAWSService<IAmazonKinesis>();
        services.AddAWSService<IAmazonKinesisFirehose>();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IAmazonKinesis>().ListStreamsAsync(new ListStreamsRequest());
        await provider
            .GetRequiredService<IAmazonKinesisFirehose>()
            .ListDeliveryStreamsAsync(new Firehose.ListDeliveryStreamsRequest());

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(RegionEndpoint.EUNorth1, provider.GetRequiredService<IAmazonKinesis>().Config.RegionEndpoint);
        Assert.Equal(
            RegionEndpoint.EUNorth1,
            provider.GetRequiredService<IAmazonKinesisFirehose>().Config.RegionEndpoint
        );
    }

    [Fact]
    public async Task Collections_are_initially_null_unless_InitializeCollections_is_set()
    {
        Assert.Null(new PutRecordsRequest().Records);
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.PutRecordsAsync(new PutRecordsRequest { StreamName = "s", Records = [] });
        AWSConfigs.InitializeCollections = true;
        Assert.Empty(new PutRecordsRequest().Records);
        Assert.Empty((await kinesis.PutRecordsAsync(new PutRecordsRequest { StreamName = "s" })).Records);

        Assert.Equal(
            ["""{"Records":[],"StreamName":"s"}""", """{"StreamName":"s"}"""],
            server.Requests.Select(request => request.Json.ToJsonString())
        );
    }

    private void Set(string name, string value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}
