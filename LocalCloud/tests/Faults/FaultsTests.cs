using System.Net;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.Tests.Objects;
using Xunit;

namespace LocalCloud.Tests.Faults;

/// <summary>Tests each kind of fault in each protocol with AWS's clients.</summary>
[SystemTest]
public sealed class FaultsTests : IAsyncLifetime
{
    private const string Only = "shardId-000000000000";
    private LocalCloudServer _server = null!;
    private FaultCalls _faults = null!;

    public async ValueTask InitializeAsync()
    {
        // Requires signatures: unsigned requests must use up no fault.
        _server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        _faults = new FaultCalls(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _faults.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("throttle", "")]
    [InlineData("error", "")]
    [InlineData("error", ""","status":503""")]
    [InlineData("disconnect", "")]
    [InlineData("disconnect", ""","when":"after" """)]
    public async Task Kinesis_clients_retry_until_the_count_is_used_up(string kind, string more)
    {
        using var kinesis = await StreamAsync(retries: 2);
        var fault = await _faults.AddAsync(
            $$"""{"service":"kinesis","operation":"PutRecord","kind":"{{kind}}","count":2{{more}}}"""
        );
        await kinesis.PutRecordAsync(Put("a"));
        Assert.Equal(2, await _faults.InjectedAsync(fault));
        // A retry after a lost response puts the record again: at least once, as on AWS.
        Assert.Equal(
            more.Contains("after", StringComparison.Ordinal) ? ["a", "a", "a"] : ["a"],
            await ReadAsync(kinesis)
        );
    }

    [Fact]
    public async Task Kinesis_errors_have_AWS_names()
    {
        using var kinesis = await StreamAsync(retries: 0);
        await _faults.AddAsync("""{"service":"kinesis","kind":"throttle","count":2}""");
        await Assert.ThrowsAsync<ProvisionedThroughputExceededException>(() => kinesis.PutRecordAsync(Put("a")));
        await Assert.ThrowsAsync<LimitExceededException>(() =>
            kinesis.ListShardsAsync(new ListShardsRequest { StreamName = "s" })
        );

        await _faults.AddAsync("""{"service":"kinesis","kind":"error","count":1}""");
        var failure = await Assert.ThrowsAsync<AmazonKinesisException>(() => kinesis.PutRecordAsync(Put("a")));
        Assert.Equal(("InternalFailure", HttpStatusCode.InternalServerError), (failure.ErrorCode, failure.StatusCode));
        await _faults.AddAsync("""{"service":"kinesis","kind":"error","count":1,"status":503}""");
        var unavailable = await Assert.ThrowsAsync<AmazonKinesisException>(() => kinesis.PutRecordAsync(Put("a")));
        Assert.Equal(
            ("ServiceUnavailable", HttpStatusCode.ServiceUnavailable),
            (unavailable.ErrorCode, unavailable.StatusCode)
        );

        await kinesis.PutRecordAsync(Put("b"));
        Assert.Equal(["b"], await ReadAsync(kinesis));
    }

    [Fact]
    public async Task CBOR_errors_have_AWS_names_and_the_fault_id()
    {
        await using var open = await LocalCloudServer.StartAsync();
        using var faults = new FaultCalls(open.Url);
        var fault = await faults.AddAsync(
            """{"service":"kinesis","operation":"GetRecords","kind":"throttle","count":1}"""
        );
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, open.Url)
        {
            Content = new ByteArrayContent([0xA0]),
        };
        message.Content.Headers.ContentType = new("application/x-amz-cbor-1.1");
        message.Headers.Add("X-Amz-Target", "Kinesis_20131202.GetRecords");
        using var answer = await http.SendAsync(message);
        Assert.Equal(
            (400, "application/x-amz-cbor-1.1"),
            ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType)
        );
        Assert.Equal([$"{fault}"], answer.Headers.GetValues("x-localcloud-fault"));
        Assert.Contains(
            "ProvisionedThroughputExceededException",
            Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync())
        );
    }

    [Fact]
    public async Task A_partial_fault_rejects_a_share_of_PutRecords_and_stores_the_rest()
    {
        using var kinesis = await StreamAsync(retries: 0);
        await _faults.AddAsync("""{"operation":"PutRecords","kind":"partial","share":0.3,"count":2,"seed":3}""");
        var kept = new List<string>();
        for (var call = 0; call < 3; call++)
        {
            var texts = Enumerable.Range(0, 10).Select(i => $"{call}-{i}").ToList();
            var answer = await kinesis.PutRecordsAsync(
                new PutRecordsRequest
                {
                    StreamName = "s",
                    Records =
                    [
                        .. texts.Select(text => new PutRecordsRequestEntry { PartitionKey = "k", Data = Data(text) }),
                    ],
                }
            );
            Assert.Equal(call < 2 ? 3 : 0, answer.FailedRecordCount);
            Assert.All(answer.Records.Where(record => record.ErrorCode is not null), record =>
                Assert.Equal("ProvisionedThroughputExceededException", record.ErrorCode)
            );
            Assert.Equal(answer.FailedRecordCount, answer.Records.Count(record => record.SequenceNumber is null));
            kept.AddRange(texts.Where((_, i) => answer.Records[i].ErrorCode is null));
        }
        Assert.Equal(24, kept.Count);
        Assert.Equal(kept, await ReadAsync(kinesis));
    }

    [Fact]
    public async Task A_rejected_request_uses_up_no_partial_fault_and_a_share_of_one_stores_nothing()
    {
        using var kinesis = await StreamAsync(retries: 0);
        var fault = await _faults.AddAsync("""{"operation":"PutRecords","kind":"partial","share":1,"count":1}""");
        await Assert.ThrowsAnyAsync<AmazonKinesisException>(() =>
            kinesis.PutRecordsAsync(
                new PutRecordsRequest
                {
                    StreamName = "none",
                    Records = [new() { PartitionKey = "k", Data = Data("x") }],
                }
            )
        );
        Assert.Equal(0, await _faults.InjectedAsync(fault));
        var answer = await kinesis.PutRecordsAsync(
            new PutRecordsRequest { StreamName = "s", Records = [new() { PartitionKey = "k", Data = Data("x") }] }
        );
        Assert.Equal(1, answer.FailedRecordCount);
        Assert.Empty(await ReadAsync(kinesis));
    }

    [Fact]
    public async Task Latency_delays_only_the_named_operation()
    {
        using var kinesis = await StreamAsync(retries: 0);
        await _faults.AddAsync("""{"operation":"PutRecord","kind":"latency","milliseconds":60000,"count":1}""");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kinesis.PutRecordAsync(Put("late"), limit.Token));
        await kinesis.PutRecordAsync(Put("a"));
        Assert.Equal(["a"], await ReadAsync(kinesis)); // the cancelled put stored nothing

        await _faults.AddAsync("""{"operation":"PutRecord","kind":"latency","milliseconds":50,"count":1}""");
        var began = TimeProvider.System.GetTimestamp();
        await kinesis.PutRecordAsync(Put("b"));
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(45));
        Assert.Equal(["a", "b"], await ReadAsync(kinesis));
    }

    [Fact]
    public async Task Unsigned_requests_get_no_fault()
    {
        var fault = await _faults.AddAsync("""{"kind":"error","count":1}""");
        using var http = new HttpClient();
        using var objects = await http.GetAsync($"{_server.Url}/lake/k");
        Assert.Equal(HttpStatusCode.Forbidden, objects.StatusCode);
        using var stranger = KinesisClient(new BasicAWSCredentials("AKIDEXAMPLE", "secret"), retries: 0);
        await Assert.ThrowsAnyAsync<AmazonKinesisException>(() => stranger.ListStreamsAsync(new ListStreamsRequest()));
        Assert.Equal(0, await _faults.InjectedAsync(fault));
    }

    [Theory]
    [InlineData("throttle", "")]
    [InlineData("error", "")]
    [InlineData("error", ""","status":503""")]
    [InlineData("disconnect", "")]
    [InlineData("disconnect", ""","when":"after" """)]
    public async Task S3_clients_retry_until_the_count_is_used_up(string kind, string more)
    {
        using var s3 = await S3Client.WithBucketAsync(_server, "lake");
        var put = await _faults.AddAsync(
            $$"""{"service":"s3","operation":"PutObject","kind":"{{kind}}","count":2{{more}}}"""
        );
        var get = await _faults.AddAsync(
            $$"""{"service":"s3","operation":"GetObject","kind":"{{kind}}","count":2{{more}}}"""
        );
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = new string('x', 50_000),
            }
        );
        Assert.Equal(50_000, (await S3ObjectsTests.ReadAsync(s3, "lake", "k")).Length);
        Assert.Equal((2, 2), (await _faults.InjectedAsync(put), await _faults.InjectedAsync(get)));
    }

    [Fact]
    public async Task S3_errors_have_AWS_names()
    {
        using var s3 = new AmazonS3Client(
            S3Client.Credentials,
            new AmazonS3Config
            {
                ServiceURL = _server.Url,
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
            }
        );
        await s3.PutBucketAsync("lake");
        await _faults.AddAsync("""{"service":"s3","operation":"PutObject","kind":"throttle","count":1}""");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "SlowDown"), await ExpectErrorAsync());
        await _faults.AddAsync("""{"service":"s3","operation":"PutObject","kind":"error","count":1}""");
        Assert.Equal((HttpStatusCode.InternalServerError, "InternalError"), await ExpectErrorAsync());
        await _faults.AddAsync("""{"service":"s3","operation":"PutObject","kind":"error","count":1,"status":503}""");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), await ExpectErrorAsync());
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects ?? []);

        async Task<(HttpStatusCode, string)> ExpectErrorAsync()
        {
            var error = await Assert.ThrowsAsync<AmazonS3Exception>(() =>
                s3.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = "lake",
                        Key = "k",
                        ContentBody = "x",
                    }
                )
            );
            return (error.StatusCode, error.ErrorCode);
        }
    }

    [Fact]
    public async Task Latency_delays_S3_and_a_cancelled_put_stores_nothing()
    {
        using var s3 = await S3Client.WithBucketAsync(_server, "lake", maxRetries: 0);
        var fault = await _faults.AddAsync(
            """{"service":"s3","operation":"PutObject","kind":"latency","milliseconds":60000,"count":1}"""
        );
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() =>
            s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "late",
                    ContentBody = "x",
                },
                limit.Token
            )
        );
        Assert.Equal(1, await _faults.InjectedAsync(fault));
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = "x",
            }
        );
        Assert.Equal(
            ["k"],
            (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects.Select(item =>
                item.Key
            )
        );

        await _faults.AddAsync(
            """{"service":"s3","operation":"GetObject","kind":"latency","milliseconds":50,"count":1}"""
        );
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal("x"u8.ToArray(), await S3ObjectsTests.ReadAsync(s3, "lake", "k"));
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(45));
    }

    [Theory]
    [InlineData("before", false)]
    [InlineData("after", true)]
    public async Task A_connection_is_dropped_before_or_after_the_object_is_stored(string when, bool isThere)
    {
        using var s3 = await S3Client.WithBucketAsync(_server, "lake");
        using var once = new AmazonS3Client(
            S3Client.Credentials,
            new AmazonS3Config
            {
                ServiceURL = _server.Url,
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
            }
        );
        // Drop every connection: .NET's HTTP client resends a request without a response several times.
        await _faults.AddAsync(
            $$"""{"service":"s3","operation":"PutObject","kind":"disconnect","when":"{{when}}","probability":1}"""
        );
        var torn = await Assert.ThrowsAnyAsync<Exception>(() =>
            once.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ContentBody = "x",
                }
            )
        );
        Assert.IsNotType<AmazonS3Exception>(torn);
        Assert.Equal(
            isThere,
            (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects is [_]
        );
    }

    private async Task<AmazonKinesisClient> StreamAsync(int retries)
    {
        var kinesis = KinesisClient(S3Client.Credentials, retries);
        await kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = "s", ShardCount = 1 });
        return kinesis;
    }

    private AmazonKinesisClient KinesisClient(AWSCredentials credentials, int retries) =>
        new(
            credentials,
            new AmazonKinesisConfig
            {
                ServiceURL = _server.Url,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = retries,
            }
        );

    private static async Task<List<string>> ReadAsync(AmazonKinesisClient kinesis)
    {
        var iterator = (
            await kinesis.GetShardIteratorAsync(
                new GetShardIteratorRequest
                {
                    StreamName = "s",
                    ShardId = Only,
                    ShardIteratorType = ShardIteratorType.TRIM_HORIZON,
                }
            )
        ).ShardIterator;
        return
        [
            .. (await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator })).Records.Select(
                record => Encoding.UTF8.GetString(record.Data.ToArray())
            ),
        ];
    }

    private static PutRecordRequest Put(string text) =>
        new()
        {
            StreamName = "s",
            PartitionKey = "k",
            Data = Data(text),
        };

    private static MemoryStream Data(string text) => new(Encoding.UTF8.GetBytes(text));
}
