using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using LocalCloud.Objects.Storage;
using Xunit;

namespace LocalCloud.Tests.Objects;

[SystemTest]
public sealed class ContentDamageTests
{
    private const int Size = 3 * DataFiles.BlockSize + 100;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(DataFiles.BlockSize - 1, 0)]
    [InlineData(DataFiles.BlockSize, DataFiles.BlockSize)]
    [InlineData(Size - 1, 3 * DataFiles.BlockSize)]
    [InlineData(Size + 8, 2 * DataFiles.BlockSize)] // the checksum itself
    public async Task A_changed_byte_is_reported_with_its_block_and_earlier_bytes_are_served(int at, int block)
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        var content = new byte[Size];
        Random.Shared.NextBytes(content);
        await store.Store.PutAsync("lake", "k", content);
        Flip(Assert.Single(store.DataFiles()), at);

        using var reader = store.Store.OpenRead("lake", "k")!;
        using var given = new MemoryStream();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() =>
            reader.CopyToAsync(given, CancellationToken.None)
        );
        Assert.Contains("Object 'k' of bucket 'lake'", error.Message);
        Assert.Contains($"from byte {block}.", error.Message);
        Assert.Equal(content[..(int)given.Length], given.ToArray());
        Assert.True(given.Length <= block);

        // A range of other blocks is still readable.
        foreach (
            var other in Enumerable.Range(0, 3).Select(i => i * DataFiles.BlockSize).Where(other => other != block)
        )
        {
            await foreach (var chunk in reader.ReadAsync(other + 10, 1000, CancellationToken.None))
                Assert.Equal(content[(other + 10)..(other + 1010)], chunk.ToArray());
        }
    }

    [Fact]
    public async Task Damage_returns_an_error_or_a_cut_connection_and_other_objects_are_served()
    {
        await using var server = await LocalCloudServer.StartAsync(null, S3Client.Keys);
        using var client = await S3Client.WithBucketAsync(server, "lake", maxRetries: 0);
        string[] keys = ["early", "late", "attributes", "good"];
        var files = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = "lake",
                    Key = key,
                    InputStream = new MemoryStream(new byte[5 * DataFiles.BlockSize]),
                }
            );
            files[key] = Directory
                .EnumerateFiles(Path.Combine(server.DataFolder, "objects", "data"), "*", SearchOption.AllDirectories)
                .Except(files.Values)
                .Single();
        }
        Flip(files["early"], 1);
        Flip(files["late"], 4 * DataFiles.BlockSize);
        Flip(files["attributes"], (int)new FileInfo(files["attributes"]).Length - 20);

        foreach (var key in (string[])["early", "attributes"])
        {
            var error = await Assert.ThrowsAsync<AmazonS3Exception>(() => client.GetObjectAsync("lake", key));
            Assert.Equal((HttpStatusCode.InternalServerError, "InternalError"), (error.StatusCode, error.ErrorCode));
        }
        await Assert.ThrowsAnyAsync<Exception>(() => S3ObjectsTests.ReadAsync(client, "lake", "late"));
        Assert.Equal(5 * DataFiles.BlockSize, (await S3ObjectsTests.ReadAsync(client, "lake", "good")).Length);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => client.CopyObjectAsync("lake", "late", "lake", "copy"));
        Assert.Equal(
            keys.Order(),
            (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "lake" })).S3Objects.Select(item =>
                item.Key
            )
        );
    }

    private static void Flip(string path, int at)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, at);
        one[0] ^= 0x01;
        RandomAccess.Write(file, one, at);
    }
}
