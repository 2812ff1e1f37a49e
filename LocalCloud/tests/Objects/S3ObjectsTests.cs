using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace LocalCloud.Tests.Objects;

[SystemTest]
public sealed class S3ObjectsTests
{
    [Fact]
    public async Task Objects_are_read_with_headers_and_metadata_even_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await LocalCloudServer.StartAsync(folder.Path, S3Client.Keys))
        {
            using var client = await S3Client.WithBucketAsync(server, "lake");
            var request = new PutObjectRequest
            {
                BucketName = "lake",
                Key = "a/ü b+c&d%2F.json",
                ContentBody = "{\"a\":1}",
                ContentType = "application/json",
            };
            request.Headers.CacheControl = "no-store";
            request.Headers.ContentEncoding = "gzip";
            request.Metadata.Add("source", "till 7");
            var put = await client.PutObjectAsync(request);
            Assert.Equal($"\"{Md5("{\"a\":1}"u8)}\"", put.ETag);
            Assert.Equal("FULL_OBJECT", put.ChecksumType?.Value);
        }

        await using var restarted = await LocalCloudServer.StartAsync(folder.Path, S3Client.Keys);
        using var reader = S3Client.For(restarted);
        using var got = await reader.GetObjectAsync("lake", "a/ü b+c&d%2F.json");
        Assert.Equal("{\"a\":1}", await new StreamReader(got.ResponseStream).ReadToEndAsync());
        Assert.Equal(
            ("application/json", "no-store", "gzip", "till 7"),
            (got.Headers.ContentType, got.Headers.CacheControl, got.Headers.ContentEncoding, got.Metadata["source"])
        );
        var head = await reader.GetObjectMetadataAsync("lake", "a/ü b+c&d%2F.json");
        Assert.Equal((7, got.ETag, "till 7"), (head.ContentLength, head.ETag, head.Metadata["source"]));
        Assert.InRange(head.LastModified!.Value.ToUniversalTime(), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow);
    }

    [Theory]
    [InlineData("CRC32")]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    [InlineData(null)] // this client needs a native package for CRC32C and CRC64NVME: S3RawTests tests them
    public async Task Every_checksum_of_the_client_is_verified_stored_and_returned(string? algorithm)
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        foreach (var size in new[] { 0, 1, 7, 65_536, 200_001 })
        {
            var content = RandomNumberGenerator.GetBytes(size);
            var request = new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                InputStream = new MemoryStream(content),
            };
            if (algorithm is not null)
                request.ChecksumAlgorithm = new ChecksumAlgorithm(algorithm);
            await client.PutObjectAsync(request);
            using var got = await client.GetObjectAsync(
                new GetObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ChecksumMode = ChecksumMode.ENABLED,
                }
            );
            using var read = new MemoryStream();
            await got.ResponseStream.CopyToAsync(read); // verifies as it reads
            Assert.Equal(content, read.ToArray());
            Assert.NotNull(
                got.ChecksumCRC32
                    ?? got.ChecksumCRC32C
                    ?? got.ChecksumCRC64NVME
                    ?? got.ChecksumSHA1
                    ?? got.ChecksumSHA256
            );
        }
    }

    [Fact]
    public async Task Chunked_and_unchunked_bodies_are_stored_unchanged()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        foreach (var chunked in new[] { false, true })
        {
            var content = RandomNumberGenerator.GetBytes(100_000);
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    InputStream = new MemoryStream(content),
                    UseChunkEncoding = chunked,
                }
            );
            Assert.Equal(content, await ReadAsync(client, "lake", "k"));
        }
    }

    [Fact]
    public async Task Writes_with_failed_conditions_change_nothing()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var first = await client.PutObjectAsync(Put("1", ifNoneMatch: "*"));
        await FailsAsync(HttpStatusCode.PreconditionFailed, "PreconditionFailed", () =>
            client.PutObjectAsync(Put("2", ifNoneMatch: "*"))
        );
        var second = await client.PutObjectAsync(Put("3", ifMatch: first.ETag));
        await FailsAsync(HttpStatusCode.PreconditionFailed, "PreconditionFailed", () =>
            client.PutObjectAsync(Put("4", ifMatch: first.ETag))
        );
        Assert.Equal("3"u8.ToArray(), await ReadAsync(client, "lake", "k"));
        await client.DeleteObjectAsync("lake", "k");
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchKey", () =>
            client.PutObjectAsync(Put("5", ifMatch: second.ETag))
        );

        static PutObjectRequest Put(string content, string? ifNoneMatch = null, string? ifMatch = null) =>
            new()
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = content,
                IfNoneMatch = ifNoneMatch,
                IfMatch = ifMatch,
            };
    }

    [Fact]
    public async Task Exactly_one_of_several_concurrent_creates_of_a_key_succeeds()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var puts = Enumerable
            .Range(0, 8)
            .Select(i =>
                Task.Run(() =>
                    client.PutObjectAsync(
                        new PutObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            ContentBody = $"{i}",
                            IfNoneMatch = "*",
                        }
                    )
                )
            )
            .ToArray();
        await Task.WhenAll(puts).ContinueWith(_ => { }, TaskScheduler.Default);
        var winner = Assert.Single(Enumerable.Range(0, 8), i => puts[i].IsCompletedSuccessfully);
        Assert.All(puts.Where(put => put.IsFaulted), put =>
            Assert.Equal(
                "PreconditionFailed",
                Assert.IsType<AmazonS3Exception>(put.Exception!.InnerException).ErrorCode
            )
        );
        Assert.Equal($"{winner}", Encoding.UTF8.GetString(await ReadAsync(client, "lake", "k")));
    }

    [Fact]
    public async Task Ranges_are_limited_to_the_object()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = "0123456789",
            }
        );
        foreach (
            var (range, expected, contentRange) in new[]
            {
                ("bytes=2-4", "234", "bytes 2-4/10"),
                ("bytes=7-", "789", "bytes 7-9/10"),
                ("bytes=-3", "789", "bytes 7-9/10"),
                ("bytes=8-99", "89", "bytes 8-9/10"),
                ("bytes=-99", "0123456789", "bytes 0-9/10"),
            }
        )
        {
            using var got = await client.GetObjectAsync(
                new GetObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ByteRange = new ByteRange(range),
                }
            );
            Assert.Equal(
                (HttpStatusCode.PartialContent, contentRange, expected),
                (got.HttpStatusCode, got.ContentRange, await new StreamReader(got.ResponseStream).ReadToEndAsync())
            );
        }
        await FailsAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange", () => client.GetObjectAsync(
                new GetObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ByteRange = new ByteRange(10, 12),
                }
            ));
        using var http = new HttpClient();
        var url = (
            await client.GetPreSignedURLAsync(
                new GetPreSignedUrlRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    Expires = DateTime.UtcNow.AddMinutes(5),
                }
            )
        ).Replace("https:", "http:", StringComparison.Ordinal);
        using var several = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Range", "bytes=0-1,3-4" } } };
        using var whole = await http.SendAsync(several);
        Assert.Equal((HttpStatusCode.OK, "0123456789"), (whole.StatusCode, await whole.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Conditional_reads_return_304_and_412()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var etag = (
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ContentBody = "it",
                }
            )
        ).ETag;
        Assert.Equal(
            HttpStatusCode.NotModified,
            (
                await StatusOfAsync(() =>
                    client.GetObjectAsync(
                        new GetObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            EtagToNotMatch = etag,
                        }
                    )
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await StatusOfAsync(() =>
                    client.GetObjectAsync(
                        new GetObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            EtagToMatch = etag,
                        }
                    )
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (
                await StatusOfAsync(() =>
                    client.GetObjectAsync(
                        new GetObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            EtagToMatch = "\"0\"",
                        }
                    )
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.NotModified,
            (
                await StatusOfAsync(() =>
                    client.GetObjectAsync(
                        new GetObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            ModifiedSinceDate = DateTime.UtcNow.AddHours(1),
                        }
                    )
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.PreconditionFailed,
            (
                await StatusOfAsync(() =>
                    client.GetObjectAsync(
                        new GetObjectRequest
                        {
                            BucketName = "lake",
                            Key = "k",
                            UnmodifiedSinceDate = DateTime.UtcNow.AddHours(-1),
                        }
                    )
                )
            )
        );
    }

    [Fact]
    public async Task A_copy_keeps_or_replaces_the_metadata()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var put = new PutObjectRequest
        {
            BucketName = "lake",
            Key = "from/ü 1",
            ContentBody = "it",
            ContentType = "text/csv",
        };
        put.Metadata.Add("m", "1");
        await client.PutObjectAsync(put);
        await client.CopyObjectAsync("lake", "from/ü 1", "lake", "to");
        var replace = new CopyObjectRequest
        {
            SourceBucket = "lake",
            SourceKey = "from/ü 1",
            DestinationBucket = "lake",
            DestinationKey = "to2",
            MetadataDirective = S3MetadataDirective.REPLACE,
        };
        replace.Metadata.Add("m", "2");
        await client.CopyObjectAsync(replace);

        var (copied, replaced) = (
            await client.GetObjectMetadataAsync("lake", "to"),
            await client.GetObjectMetadataAsync("lake", "to2")
        );
        Assert.Equal(
            ("1", "text/csv", "2"),
            (copied.Metadata["m"], copied.Headers.ContentType, replaced.Metadata["m"])
        );
        Assert.Equal("it"u8.ToArray(), await ReadAsync(client, "lake", "to"));
        await FailsAsync(HttpStatusCode.BadRequest, "InvalidRequest", () =>
            client.CopyObjectAsync("lake", "to", "lake", "to")
        );
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchKey", () =>
            client.CopyObjectAsync("lake", "none", "lake", "to")
        );
    }

    [Fact]
    public async Task Deletes_are_idempotent_and_can_be_batched()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        string[] keys = ["a", "b/<&>\"", "ü", "c\u0001d"];
        foreach (var key in keys)
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = key,
                    ContentBody = "it",
                }
            );
        await client.DeleteObjectAsync("lake", "a");
        await client.DeleteObjectAsync("lake", "a");
        Assert.Equal(
            3,
            (
                await client.ListObjectsV2Async(
                    new ListObjectsV2Request { BucketName = "lake", Encoding = EncodingType.Url }
                )
            )
                .S3Objects
                .Count
        );

        var deleted = await client.DeleteObjectsAsync(
            new DeleteObjectsRequest
            {
                BucketName = "lake",
                Objects = [.. keys[..3].Select(key => new KeyVersion { Key = key })],
            }
        );
        Assert.Equal(keys[..3], deleted.DeletedObjects.Select(one => one.Key));
        using var last = await client.GetObjectAsync("lake", keys[3]);
        await FailsAsync(HttpStatusCode.NotFound, "NoSuchKey", () => client.GetObjectAsync("lake", keys[1]));
    }

    internal static async Task FailsAsync(HttpStatusCode status, string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAnyAsync<AmazonS3Exception>(call);
        Assert.Equal((status, code), (error.StatusCode, error.ErrorCode));
    }

    internal static async Task<byte[]> ReadAsync(AmazonS3Client client, string bucket, string key)
    {
        using var got = await client.GetObjectAsync(bucket, key);
        using var content = new MemoryStream();
        await got.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

#pragma warning disable CA5351 // ETags are MD5
    internal static string Md5(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351

    private static async Task<HttpStatusCode> StatusOfAsync(Func<Task<GetObjectResponse>> call)
    {
        try
        {
            using var response = await call();
            return response.HttpStatusCode;
        }
        catch (AmazonS3Exception error)
        {
            return error.StatusCode;
        }
    }
}
