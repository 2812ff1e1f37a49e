using System.Net;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Xunit;

namespace LocalCloud.Tests.Objects;

[SystemTest]
public sealed class S3MultipartTests
{
    private const int PartSize = 5 * 1024 * 1024;

    [Fact]
    public async Task A_large_stream_of_unknown_length_is_stored_completely()
    {
        using var folder = new TemporaryFolder();
        var content = RandomNumberGenerator.GetBytes(17 * 1024 * 1024 + 3);
        await using (var server = await LocalCloudServer.StartAsync(folder.Path, S3Client.Keys))
        {
            using var client = await S3Client.WithBucketAsync(server, "lake");
            using var transfer = new TransferUtility(client);
            await transfer.UploadAsync(
                new TransferUtilityUploadRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    InputStream = new Unseekable(content),
                    PartSize = PartSize,
                    ContentType = "text/csv",
                }
            );
        }
        await using var restarted = await LocalCloudServer.StartAsync(folder.Path, S3Client.Keys);
        using var reader = S3Client.For(restarted);
        using var got = await reader.GetObjectAsync("lake", "k");
        Assert.Equal(("text/csv", content.Length), (got.Headers.ContentType, (int)got.ContentLength));
        Assert.EndsWith("-4\"", got.ETag, StringComparison.Ordinal);
        Assert.Equal(content, await S3ObjectsTests.ReadAsync(reader, "lake", "k"));

        using var range = await reader.GetObjectAsync(
            new GetObjectRequest
            {
                BucketName = "lake",
                Key = "k",
                ByteRange = new ByteRange(PartSize - 10, 2 * PartSize + 9),
            }
        );
        using var part = new MemoryStream();
        await range.ResponseStream.CopyToAsync(part);
        Assert.Equal(content[(PartSize - 10)..(2 * PartSize + 10)], part.ToArray());

        await reader.DeleteObjectAsync("lake", "k");
        await WaitUntilNoDataFilesAsync(folder.Path);
    }

    [Fact]
    public async Task A_large_seekable_upload_in_parallel_parts_is_stored_completely()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var content = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        using var transfer = new TransferUtility(client);
        await transfer.UploadAsync(new MemoryStream(content), "lake", "k"); // above 16 MB: parts
        Assert.Equal(content, await S3ObjectsTests.ReadAsync(client, "lake", "k"));
    }

    [Fact]
    public async Task Parts_are_listed_replaced_checked_and_deleted_by_an_abort()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var id = (await client.InitiateMultipartUploadAsync("lake", "k")).UploadId;
        var first = await PutPartAsync(1, PartSize);
        var replaced = await PutPartAsync(2, 10);
        var second = await PutPartAsync(2, 20);
        Assert.Equal(
            [(1, PartSize), (2, 20)],
            (await client.ListPartsAsync("lake", "k", id)).Parts.Select(part =>
                (part.PartNumber!.Value, (int)part.Size!.Value)
            )
        );
        Assert.Equal(id, Assert.Single((await client.ListMultipartUploadsAsync("lake")).MultipartUploads).UploadId);

        await S3ObjectsTests.FailsAsync(HttpStatusCode.BadRequest, "InvalidPart", () =>
            CompleteAsync(new PartETag(1, first), new PartETag(2, replaced))
        );
        await S3ObjectsTests.FailsAsync(HttpStatusCode.BadRequest, "InvalidPart", () =>
            CompleteAsync(new PartETag(3, first))
        );
        var small = await PutPartAsync(3, 5);
        await S3ObjectsTests.FailsAsync(HttpStatusCode.BadRequest, "EntityTooSmall", () =>
            CompleteAsync(new PartETag(1, first), new PartETag(2, second), new PartETag(3, small))
        );
        Assert.Empty(
            (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects ?? []
        );

        await client.AbortMultipartUploadAsync("lake", "k", id);
        await S3ObjectsTests.FailsAsync(HttpStatusCode.NotFound, "NoSuchUpload", () =>
            client.ListPartsAsync("lake", "k", id)
        );
        await WaitUntilNoDataFilesAsync(server.DataFolder);

        async Task<string> PutPartAsync(int number, int size) =>
            (
                await client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = "lake",
                        Key = "k",
                        UploadId = id,
                        PartNumber = number,
                        InputStream = new MemoryStream(RandomNumberGenerator.GetBytes(size)),
                    }
                )
            ).ETag;

        Task CompleteAsync(params PartETag[] parts) =>
            client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = "lake",
                    Key = "k",
                    UploadId = id,
                    PartETags = [.. parts],
                }
            );
    }

    private static Task WaitUntilNoDataFilesAsync(string dataFolder) =>
        Wait.UntilAsync(() =>
            !Directory
                .EnumerateFiles(Path.Combine(dataFolder, "objects", "data"), "*", SearchOption.AllDirectories)
                .Any()
        );

    private sealed class Unseekable(byte[] content) : Stream
    {
        private readonly MemoryStream _inner = new(content);
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) =>
            _inner.Read(buffer, offset, Math.Min(count, 10_007));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
