using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit;

namespace LocalCloud.Tests.Objects;

/// <summary>
/// Kills LocalCloud with <c>kill -9</c> under load. <c>POS_SOAK_SEEDS=50</c> runs fifty seeds instead of a few.
/// </summary>
[SystemTest("POS_SOAK_SEEDS")]
public sealed class S3DurabilityTests
{
    private const string Bucket = "lake";
    private const int Writers = 8;

    public static TheoryData<int> Seeds =>
        [
            .. Enumerable.Range(
                1,
                int.TryParse(
                    Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"),
                    CultureInfo.InvariantCulture,
                    out var soak
                )
                    ? soak
                    : 2
            ),
        ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_acknowledged_object_survives_a_kill_under_load(int seed)
    {
        using var folder = new TemporaryFolder();
        var writers = Enumerable
            .Range(0, Writers)
            .Select(number => new Writer(number, new Random(1000 * seed + number)))
            .ToArray();
        var killAt = new Random(seed).Next(50, 500);
        await using (var process = await LocalCloudProcess.StartAsync(folder.Path, S3Client.Keys))
        {
            using var client = S3Client.For(process.Url, maxRetries: 0);
            await client.PutBucketAsync(Bucket);
            var load = writers.Select(writer => Task.Run(() => writer.RunAsync(client, process))).ToArray();
            await Wait.UntilAsync(() => writers.Sum(writer => writer.Acknowledged) >= killAt);
            await process.KillAsync();
            await Task.WhenAll(load);
        }

        await using var server = await LocalCloudServer.StartAsync(folder.Path, S3Client.Keys);
        using var reader = S3Client.For(server);
        var listed = new HashSet<string>();
        await foreach (
            var item in reader.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket }).S3Objects
        )
            listed.Add(item.Key);
        foreach (var writer in writers)
            await writer.CheckAsync(reader, listed);
        Assert.Empty(listed.Except(writers.SelectMany(writer => writer.Keys)));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}: killed after {writers.Sum(writer => writer.Acknowledged)} writes, "
                + $"{listed.Count} complete objects"
        );
    }

    /// <summary>Writes to its own keys, one at a time, and tracks the expected content of each key.</summary>
    private sealed class Writer(int number, Random random)
    {
        private readonly Dictionary<string, string?> _expected = []; // MD5 of the acknowledged content; null if deleted
        private (string Key, string? Md5)? _inFlight;
        private int _acknowledged;

        public int Acknowledged => Volatile.Read(ref _acknowledged);
        public IEnumerable<string> Keys => _expected.Keys.Concat(_inFlight is { } write ? [write.Key] : []);

        public async Task RunAsync(AmazonS3Client client, LocalCloudProcess process)
        {
            while (true)
            {
                try
                {
                    var (key, md5) = await WriteAsync(client);
                    _expected[key] = md5;
                    _inFlight = null;
                    Interlocked.Increment(ref _acknowledged);
                }
                catch (Exception) when (process.IsKilled)
                {
                    return;
                }
            }
        }

        public async Task CheckAsync(AmazonS3Client client, HashSet<string> listed)
        {
            foreach (var key in Keys.Distinct())
            {
                // The write that was in flight at the kill may or may not have succeeded.
                var acknowledged = _expected.GetValueOrDefault(key);
                var inFlight = _inFlight is { } write && write.Key == key ? write.Md5 : acknowledged;
                var found = listed.Contains(key)
                    ? S3ObjectsTests.Md5(await S3ObjectsTests.ReadAsync(client, Bucket, key))
                    : null;
                Assert.True(
                    found == acknowledged || found == inFlight,
                    $"{key} has {found ?? "no content"}; acknowledged was {acknowledged ?? "no content"}"
                );
            }
        }

        private async Task<(string Key, string? Md5)> WriteAsync(AmazonS3Client client)
        {
            var existing = _expected.Where(pair => pair.Value is not null).Select(pair => pair.Key).ToList();
            var key =
                existing.Count > 0 && random.Next(3) == 0
                    ? existing[random.Next(existing.Count)]
                    : $"{number}/{_expected.Count}";
            var content = new byte[random.Next(8) == 0 ? random.Next(100_000, 700_000) : random.Next(1, 30_000)];
            random.NextBytes(content);
            string? md5 = S3ObjectsTests.Md5(content);
            switch (random.Next(10))
            {
                case 0 when existing.Count > 0:
                    (key, md5) = (existing[random.Next(existing.Count)], null);
                    _inFlight = (key, md5);
                    await client.DeleteObjectAsync(Bucket, key);
                    break;
                case 1 when existing.Count > 0:
                    var source = existing[random.Next(existing.Count)];
                    md5 = _expected[source];
                    if (source == key)
                        key = $"{number}/{_expected.Count}";
                    _inFlight = (key, md5);
                    await client.CopyObjectAsync(Bucket, source, Bucket, key);
                    break;
                case 2:
                    _inFlight = (key, md5);
                    var upload = (await client.InitiateMultipartUploadAsync(Bucket, key)).UploadId;
                    var part = await client.UploadPartAsync(
                        new UploadPartRequest
                        {
                            BucketName = Bucket,
                            Key = key,
                            UploadId = upload,
                            PartNumber = 1,
                            InputStream = new MemoryStream(content),
                        }
                    );
                    await client.CompleteMultipartUploadAsync(
                        new CompleteMultipartUploadRequest
                        {
                            BucketName = Bucket,
                            Key = key,
                            UploadId = upload,
                            PartETags = [new PartETag(part)],
                        }
                    );
                    break;
                default:
                    _inFlight = (key, md5);
                    await client.PutObjectAsync(
                        new PutObjectRequest
                        {
                            BucketName = Bucket,
                            Key = key,
                            InputStream = new MemoryStream(content),
                        }
                    );
                    break;
            }
            return (key, md5);
        }
    }
}
