using System.Net;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Signatures;

/// <summary>Tests that a LocalCloud with an access key accepts only requests that the key has signed.</summary>
[SystemTest]
public sealed class SignatureTests
{
    private static readonly BasicAWSCredentials s_wrongSecret = new(S3Client.AccessKeyId, "another secret");
    private static readonly BasicAWSCredentials s_unknown = new("UNKNOWN", S3Client.SecretAccessKey);

    [Fact]
    public async Task The_right_key_is_accepted_and_another_gets_the_error_code_of_each_service()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var kinesis = Kinesis(server, S3Client.Credentials);
        Assert.Empty((await kinesis.ListStreamsAsync(new ListStreamsRequest())).StreamNames ?? []);
        using var firehose = new AmazonKinesisFirehoseClient(
            S3Client.Credentials,
            new AmazonKinesisFirehoseConfig { ServiceURL = server.Url, AuthenticationRegion = "eu-north-1" }
        );
        Assert.Empty(
            (
                await firehose.ListDeliveryStreamsAsync(new Amazon.KinesisFirehose.Model.ListDeliveryStreamsRequest())
            ).DeliveryStreamNames
                ?? []
        );
        using var s3 = S3Client.For(server);
        Assert.Empty((await s3.ListBucketsAsync()).Buckets ?? []);

        using var kinesisWrong = Kinesis(server, s_wrongSecret);
        Assert.Equal(
            "InvalidSignatureException",
            (
                await Assert.ThrowsAnyAsync<AmazonServiceException>(() =>
                    kinesisWrong.ListStreamsAsync(new ListStreamsRequest())
                )
            ).ErrorCode
        );
        using var kinesisUnknown = Kinesis(server, s_unknown);
        Assert.Equal(
            "UnrecognizedClientException",
            (
                await Assert.ThrowsAnyAsync<AmazonServiceException>(() =>
                    kinesisUnknown.ListStreamsAsync(new ListStreamsRequest())
                )
            ).ErrorCode
        );
        using var s3Wrong = S3Client.For(server.Url, s_wrongSecret);
        Assert.Equal(
            (HttpStatusCode.Forbidden, "SignatureDoesNotMatch"),
            await ExpectErrorAsync(() => s3Wrong.ListBucketsAsync())
        );
        using var s3Unknown = S3Client.For(server.Url, s_unknown);
        Assert.Equal(
            (HttpStatusCode.Forbidden, "InvalidAccessKeyId"),
            await ExpectErrorAsync(() => s3Unknown.ListBucketsAsync())
        );
    }

    [Fact]
    public async Task Without_a_configured_key_any_credentials_or_none_are_accepted()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var s3 = S3Client.For(server.Url, s_unknown);
        await s3.PutBucketAsync("lake");
        Assert.Equal(200, (await S3Client.SendAsync(server.Url, ["GET /lake HTTP/1.1"])).Status);
    }

    [Theory]
    [InlineData("GET /lake HTTP/1.1", "", 403, "<Code>AccessDenied</Code>")]
    [InlineData("GET /lake HTTP/1.1", "Authorization: Basic dTpw", 400, "<Code>InvalidRequest</Code>")]
    [InlineData(
        "GET /lake HTTP/1.1",
        "Authorization: AWS4-HMAC-SHA256 Credential=x",
        400,
        "<Code>AuthorizationHeaderMalformed</Code>"
    )]
    [InlineData("GET /lake HTTP/1.1", "x-amz-content-sha256: none", 400, "<Code>InvalidArgument</Code>")]
    [InlineData("GET /lake?X-Amz-Signature=0 HTTP/1.1", "", 400, "<Code>AuthorizationQueryParametersError</Code>")]
    [InlineData(
        "GET /lake?AWSAccessKeyId=x&Signature=y&Expires=9999999999 HTTP/1.1",
        "",
        400,
        "<Code>InvalidRequest</Code>"
    )]
    [InlineData(
        "POST / HTTP/1.1",
        "X-Amz-Target: Kinesis_20131202.ListStreams",
        400,
        "\"MissingAuthenticationTokenException\""
    )]
    [InlineData(
        "POST / HTTP/1.1",
        "X-Amz-Target: Kinesis_20131202.ListStreams\r\nAuthorization: AWS4-HMAC-SHA256 Credential=x",
        400,
        "\"IncompleteSignatureException\""
    )]
    [InlineData("GET /_health HTTP/1.1", "", 200, "Healthy")]
    public async Task Unsigned_requests_are_rejected_except_for_health(
        string request,
        string header,
        int status,
        string expected
    )
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        var answer = await S3Client.SendAsync(
            server.Url,
            header.Length == 0 ? [request, "Content-Length: 0"] : [request, "Content-Length: 0", header]
        );
        Assert.Equal(status, answer.Status);
        Assert.Contains(expected, answer.Body);
    }

    [Fact]
    public async Task A_clock_skew_of_more_than_15_minutes_is_an_error()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(16));
        await using var server = await LocalCloudServer.StartAsync(
            null,
            builder => builder.Services.AddSingleton<TimeProvider>(clock),
            S3Client.Keys
        );
        using var s3 = S3Client.For(server);
        Assert.Equal(
            (HttpStatusCode.Forbidden, "RequestTimeTooSkewed"),
            await ExpectErrorAsync(() => s3.ListBucketsAsync())
        );
        using var kinesis = Kinesis(server, S3Client.Credentials);
        var refusal = await Assert.ThrowsAnyAsync<AmazonServiceException>(() =>
            kinesis.ListStreamsAsync(new ListStreamsRequest())
        );
        Assert.Equal("InvalidSignatureException", refusal.ErrorCode);
        Assert.Contains("Signature expired", refusal.Message);

        clock.SetUtcNow(DateTimeOffset.UtcNow.AddMinutes(17));
        await using var later = await LocalCloudServer.StartAsync(
            null,
            builder =>
                builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(14))),
            S3Client.Keys
        );
        using var within = S3Client.For(later);
        await within.ListBucketsAsync();
    }

    [Fact]
    public async Task A_presigned_URL_permits_only_the_signed_request()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var s3 = await S3Client.WithBucketAsync(server, "lake");
        using var http = new HttpClient();
        var put = await s3.GetPreSignedURLAsync(
            new GetPreSignedUrlRequest
            {
                BucketName = "lake",
                Key = "a b+ü/%2F",
                Verb = HttpVerb.PUT,
                Expires = DateTime.UtcNow.AddMinutes(5),
            }
        );
        using (
            var answer = await http.PutAsync(
                new Uri(put.Replace("https:", "http:", StringComparison.Ordinal)),
                new StringContent("presigned")
            )
        )
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var get = new Uri(
            (
                await s3.GetPreSignedURLAsync(
                    new GetPreSignedUrlRequest
                    {
                        BucketName = "lake",
                        Key = "a b+ü/%2F",
                        Expires = DateTime.UtcNow.AddMinutes(5),
                    }
                )
            ).Replace("https:", "http:", StringComparison.Ordinal)
        );
        Assert.Equal("presigned", await http.GetStringAsync(get));

        using var delete = await http.DeleteAsync(get);
        Assert.Equal(HttpStatusCode.Forbidden, delete.StatusCode);
        using var other = await http.GetAsync(
            new Uri(get.OriginalString.Replace("/lake/a", "/lake/b", StringComparison.Ordinal))
        );
        Assert.Contains("SignatureDoesNotMatch", await other.Content.ReadAsStringAsync());
        using var copy = new HttpRequestMessage(
            HttpMethod.Put,
            new Uri(put.Replace("https:", "http:", StringComparison.Ordinal))
        );
        copy.Headers.Add("x-amz-copy-source", "/lake/secret");
        using var rejected = await http.SendAsync(copy);
        Assert.Contains("not signed: x-amz-copy-source", await rejected.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_presigned_URL_expires_and_its_lifetime_cannot_be_extended()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await LocalCloudServer.StartAsync(
            null,
            builder => builder.Services.AddSingleton<TimeProvider>(clock),
            S3Client.Keys
        );
        using var s3 = await S3Client.WithBucketAsync(server, "lake");
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = "it",
            }
        );
        using var http = new HttpClient();
        var url = (
            await s3.GetPreSignedURLAsync(
                new GetPreSignedUrlRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    Expires = DateTime.UtcNow.AddHours(2),
                }
            )
        ).Replace("https:", "http:", StringComparison.Ordinal);
        var seconds = int.Parse(
            System.Text.RegularExpressions.Regex.Match(url, "X-Amz-Expires=([0-9]+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture
        );

        clock.Advance(TimeSpan.FromHours(1)); // far beyond the clock skew that headers may have
        Assert.Equal("it", await http.GetStringAsync(new Uri(url)));
        // not signed, so the signature does not cover it
        using (var range = new HttpRequestMessage(HttpMethod.Get, new Uri(url)) { Headers = { Range = new(1, 1) } })
        using (var answer = await http.SendAsync(range))
            Assert.Equal(
                (HttpStatusCode.PartialContent, "t"),
                (answer.StatusCode, await answer.Content.ReadAsStringAsync())
            );
        Assert.Equal(
            (403, "SignatureDoesNotMatch"),
            await GetAsync(
                url.Replace($"X-Amz-Expires={seconds}", $"X-Amz-Expires={seconds + 1}", StringComparison.Ordinal)
            )
        );
        Assert.Equal(
            (403, "InvalidAccessKeyId"),
            await GetAsync(url.Replace(S3Client.AccessKeyId, "SOMEONEELSE", StringComparison.Ordinal))
        );
        Assert.Equal(
            (400, "AuthorizationQueryParametersError"),
            await GetAsync(url.Replace($"X-Amz-Expires={seconds}", "X-Amz-Expires=604801", StringComparison.Ordinal))
        );
        Assert.Equal(
            (400, "AuthorizationQueryParametersError"),
            await GetAsync(url.Replace($"X-Amz-Expires={seconds}", "X-Amz-Expires=0", StringComparison.Ordinal))
        );
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((403, "AccessDenied"), await GetAsync(url));

        async Task<(int, string)> GetAsync(string target)
        {
            using var answer = await http.GetAsync(new Uri(target));
            var body = await answer.Content.ReadAsStringAsync();
            return (
                (int)answer.StatusCode,
                System.Text.RegularExpressions.Regex.Match(body, "<Code>([^<]*)</Code>").Groups[1].Value
            );
        }
    }

    [Theory]
    [InlineData(true, false, "SignatureDoesNotMatch")] // STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
    [InlineData(false, false, "BadDigest")] // a hash in the headers, and a checksum
    [InlineData(true, true, "SignatureDoesNotMatch")] // STREAMING-AWS4-HMAC-SHA256-PAYLOAD
    public async Task A_body_changed_in_transit_is_rejected_and_stores_nothing(
        bool chunked,
        bool withoutChecksum,
        string code
    )
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var s3 = await S3Client.WithBucketAsync(server, "lake");
        var changing = new ChangingHttp();
        using var client = new AmazonS3Client(
            S3Client.Credentials,
            new AmazonS3Config
            {
                ServiceURL = server.Url,
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
                HttpClientFactory = changing,
                RequestChecksumCalculation = withoutChecksum
                    ? RequestChecksumCalculation.WHEN_REQUIRED
                    : RequestChecksumCalculation.WHEN_SUPPORTED,
            }
        );
        var refusal = await ExpectErrorAsync(() =>
            client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    InputStream = new MemoryStream(Encoding.ASCII.GetBytes("the original text")),
                    UseChunkEncoding = chunked,
                }
            )
        );
        Assert.Contains(refusal.Code, (string[])[code, "XAmzContentSHA256Mismatch"]);
        Assert.True(changing.Changed);
        Assert.Empty((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects ?? []);
    }

    /// <summary>Changes the body, but keeps the headers and thereby the signature.</summary>
    private sealed class ChangingHttp : HttpClientFactory
    {
        public bool Changed { get; private set; }

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this));

        private sealed class Handler(ChangingHttp owner) : DelegatingHandler(new SocketsHttpHandler())
        {
            protected override async Task<HttpResponseMessage> SendAsync(
                HttpRequestMessage request,
                CancellationToken cancellationToken
            )
            {
                if (request.Content is { } content)
                {
                    var body = Encoding.Latin1.GetString(await content.ReadAsByteArrayAsync(cancellationToken));
                    owner.Changed |= body.Contains("original", StringComparison.Ordinal);
                    request.Content = new ByteArrayContent(
                        Encoding.Latin1.GetBytes(body.Replace("original", "modified", StringComparison.Ordinal))
                    );
                    foreach (var (name, values) in content.Headers.NonValidated)
                        request.Content.Headers.TryAddWithoutValidation(name, values);
                }
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    private static AmazonKinesisClient Kinesis(LocalCloudServer server, AWSCredentials credentials) =>
        new(
            credentials,
            new AmazonKinesisConfig
            {
                ServiceURL = server.Url,
                AuthenticationRegion = "us-east-1",
                MaxErrorRetry = 0,
            }
        );

    private static async Task<(HttpStatusCode Status, string Code)> ExpectErrorAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<AmazonS3Exception>(call);
        return (refusal.StatusCode, refusal.ErrorCode);
    }
}
