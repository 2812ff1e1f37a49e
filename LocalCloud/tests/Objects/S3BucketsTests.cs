using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace LocalCloud.Tests.Objects;

[SystemTest]
public sealed class S3BucketsTests
{
    [Fact]
    public async Task Buckets_are_created_listed_found_and_deleted_when_empty()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = S3Client.For(server);
        Assert.Empty((await client.ListBucketsAsync()).Buckets ?? []);
        await client.PutBucketAsync("lake");
        await client.PutBucketAsync("lake"); // the owner may create it again in us-east-1
        await client.PutBucketAsync("another.one");
        Assert.Equal(
            ["another.one", "lake"],
            (await client.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName)
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await client.HeadBucketAsync(new HeadBucketRequest { BucketName = "lake" })).HttpStatusCode
        );
        Assert.Equal("", (await client.GetBucketLocationAsync("lake")).Location.Value ?? "");

        await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ContentBody = "it",
            }
        );
        await S3ObjectsTests.FailsAsync(HttpStatusCode.Conflict, "BucketNotEmpty", () =>
            client.DeleteBucketAsync("lake")
        );
        await client.DeleteObjectAsync("lake", "k");
        await client.DeleteBucketAsync("lake");
        await S3ObjectsTests.FailsAsync(HttpStatusCode.NotFound, "NoSuchBucket", () =>
            client.DeleteBucketAsync("lake")
        );
        await S3ObjectsTests.FailsAsync(HttpStatusCode.NotFound, "NoSuchBucket", () => client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    ContentBody = "it",
                }
            ));
        await S3ObjectsTests.FailsAsync(HttpStatusCode.NotFound, "NoSuchBucket", () =>
            client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (
                await Assert.ThrowsAnyAsync<AmazonS3Exception>(() =>
                    client.GetObjectMetadataAsync("another.one", "none")
                )
            ).StatusCode
        );
    }

    [Fact]
    public async Task Creating_an_owned_bucket_fails_in_another_region()
    {
        await using var server = await LocalCloudServer.StartAsync(null, "--LocalCloud:Region=eu-central-1");
        using var client = await S3Client.WithBucketAsync(server, "lake");
        await S3ObjectsTests.FailsAsync(HttpStatusCode.Conflict, "BucketAlreadyOwnedByYou", () =>
            client.PutBucketAsync("lake")
        );
        Assert.Equal("eu-central-1", (await client.GetBucketLocationAsync("lake")).Location.Value);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("-start")]
    [InlineData("end-")]
    [InlineData("a..b")]
    [InlineData("192.168.5.4")]
    [InlineData("under_score")]
    public async Task An_invalid_bucket_name_is_rejected(string name)
    {
        await using var server = await LocalCloudServer.StartAsync();
        var (status, body) = await S3Client.SendAsync(server.Url, [$"PUT /{name} HTTP/1.1", "Content-Length: 0"]);
        Assert.Equal(400, status);
        Assert.Contains("<Code>InvalidBucketName</Code>", body);
    }

    [Fact]
    public async Task Lists_are_paged_in_byte_order_with_prefix_delimiter_and_start()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        string[] keys = ["a", "b/1", "b/2", "b/c/3", "c d+e%&<", "z", "ｚ", "😀"];
        foreach (var key in keys.Reverse())
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = key,
                    ContentBody = key,
                }
            );

        foreach (var encoding in new[] { null, EncodingType.Url })
        {
            foreach (var pageSize in new[] { 1, 3, 1000 })
            {
                var listed = await client
                    .Paginators.ListObjectsV2(
                        new ListObjectsV2Request
                        {
                            BucketName = "lake",
                            MaxKeys = pageSize,
                            Encoding = encoding,
                        }
                    )
                    .S3Objects.Select(item => item.Key)
                    .ToListAsync();
                Assert.Equal(keys, listed.Select(key => encoding is null ? key : WebUtility.UrlDecode(key)));
            }
        }
        var first = await client.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = "lake",
                Delimiter = "/",
                MaxKeys = 2,
            }
        );
        Assert.Equal(["a", "b/"], Keys(first.S3Objects).Concat(first.CommonPrefixes));
        Assert.Equal((true, 2), (first.IsTruncated, first.KeyCount));
        var second = await client.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = "lake",
                Delimiter = "/",
                MaxKeys = 2,
                ContinuationToken = first.NextContinuationToken,
            }
        );
        Assert.Equal(["c d+e%&<", "z"], Keys(second.S3Objects));
        var under = await client.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = "lake",
                Prefix = "b/",
                Delimiter = "/",
                StartAfter = "b/1",
            }
        );
        Assert.Equal(["b/2", "b/c/"], Keys(under.S3Objects).Concat(under.CommonPrefixes));

        var one = under.S3Objects[0];
        Assert.Equal(
            (3, $"\"{S3ObjectsTests.Md5("b/2"u8)}\"", "STANDARD"),
            (one.Size, one.ETag, one.StorageClass.Value)
        );
        Assert.Equal(
            0,
            (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake", MaxKeys = 0 })).KeyCount
        );
        await S3ObjectsTests.FailsAsync(HttpStatusCode.BadRequest, "InvalidArgument", () =>
            client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = "lake", ContinuationToken = "not%base64" }
            )
        );
    }

    [Fact]
    public async Task The_first_version_of_lists_is_paged_with_a_marker()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        foreach (var key in new[] { "a", "b/1", "b/2", "c" })
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = key,
                    ContentBody = key,
                }
            );

        var first = await client.ListObjectsAsync(
            new ListObjectsRequest
            {
                BucketName = "lake",
                Delimiter = "/",
                MaxKeys = 2,
            }
        );
        Assert.Equal(["a", "b/", "b/"], [.. Keys(first.S3Objects), .. first.CommonPrefixes, first.NextMarker]);
        var second = await client.ListObjectsAsync(
            new ListObjectsRequest
            {
                BucketName = "lake",
                Delimiter = "/",
                MaxKeys = 2,
                Marker = first.NextMarker,
            }
        );
        Assert.Equal(["c"], Keys(second.S3Objects));
        Assert.Equal(
            ["b/2", "c"],
            Keys(
                (
                    await client.ListObjectsAsync(new ListObjectsRequest { BucketName = "lake", Marker = "b/1" })
                ).S3Objects
            )
        );
    }

    private static string[] Keys(List<S3Object> objects) => [.. objects.Select(item => item.Key)];
}
