using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace Pos.Tests.LocalCloud.Objects;

public sealed class S3DurabilityTests
{
    [Fact]
    public async Task After_a_kill_under_load_every_acknowledged_object_is_there_whole()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentDictionary<string, string>(); // key → MD5 of the version that was acknowledged last
        var attempted = new ConcurrentDictionary<string, ConcurrentBag<string>>();
        for (var round = 0; round < 3; round++)
        {
            await using var process = await LocalCloudProcess.StartAsync(folder.Path);
            using var client = S3Client.For(process.Url);
            await client.PutBucketAsync("lake");
            await CheckAsync(client, acknowledged, attempted);

            var target = acknowledged.Count + 300;
            var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(() => WriteAsync(client, writer, round, acknowledged, attempted))).ToArray();
            await Wait.UntilAsync(() => acknowledged.Count >= target);
            await process.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var last = await LocalCloudProcess.StartAsync(folder.Path);
        using var reader = S3Client.For(last.Url);
        await CheckAsync(reader, acknowledged, attempted);
    }

    private static async Task WriteAsync(AmazonS3Client client, int writer, int round, ConcurrentDictionary<string, string> acknowledged, ConcurrentDictionary<string, ConcurrentBag<string>> attempted)
    {
        var random = new Random(writer + 100 * round);
        for (var i = 0; ; i++)
        {
            // Every fourth write replaces an object of its writer's, so that old files are deleted under way.
            var key = i % 4 == 3 ? $"{writer}/{round}/{random.Next(i)}" : $"{writer}/{round}/{i}";
            var content = new byte[random.Next(1, 30_000)];
            random.NextBytes(content);
            var md5 = S3ObjectsTests.Md5(content);
            attempted.GetOrAdd(key, _ => []).Add(md5);
            try
            {
                await client.PutObjectAsync(new PutObjectRequest { BucketName = "lake", Key = key, InputStream = new MemoryStream(content) });
                acknowledged[key] = md5;
            }
            catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
            {
                return; // killed
            }
        }
    }

    private static async Task CheckAsync(AmazonS3Client client, ConcurrentDictionary<string, string> acknowledged, ConcurrentDictionary<string, ConcurrentBag<string>> attempted)
    {
        var listed = await client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = "lake" }).S3Objects.ToDictionaryAsync(item => item.Key, item => item.ETag.Trim('"'));
        foreach (var (key, md5) in acknowledged)
        {
            // The write in flight at the kill may have come through.
            Assert.True(listed.TryGetValue(key, out var found), $"{key} was acknowledged and is gone");
            if (found != md5)
            {
                Assert.Contains(found, attempted[key]);
                acknowledged[key] = found;
            }
        }
        foreach (var (key, etag) in listed.Take(200))
            Assert.Equal(etag, S3ObjectsTests.Md5(await S3ObjectsTests.ReadAsync(client, "lake", key)));
    }
}
