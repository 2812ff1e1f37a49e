using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Amazon;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pos.Tests.Processor;

/// <summary>An S3 client whose objects are in memory and that can be away.</summary>
internal sealed class FakeS3() : AmazonS3Client("test", "test", RegionEndpoint.USEast1)
{
    private readonly Lock _writing = new();

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();
    public bool IsAway { get; set; }
    public int Refused;

    public IReadOnlyList<string> Keys(string prefix) => [.. Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public override async Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        CheckAway();
        var content = new MemoryStream();
        await request.InputStream.CopyToAsync(content, cancellationToken);
        lock (_writing)
        {
            var present = Objects.TryGetValue(request.Key, out var bytes) ? ETag(bytes) : null;
            if ((request.IfNoneMatch == "*" && present is not null) || (request.IfMatch is not null && request.IfMatch != present))
                throw new AmazonS3Exception("At least one of the pre-conditions you specified did not hold") { StatusCode = HttpStatusCode.PreconditionFailed };
            Objects[request.Key] = content.ToArray();
        }
        return new();
    }

    public override Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, CancellationToken cancellationToken = default)
    {
        CheckAway();
        return Task.FromResult(new GetObjectMetadataResponse { ETag = ETag(Objects[key]) });
    }

    public override Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default)
    {
        CheckAway();
        Objects.TryRemove(key, out _);
        return Task.FromResult(new DeleteObjectResponse());
    }

    private static string ETag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";

    private void CheckAway()
    {
        if (!IsAway)
            return;
        Interlocked.Increment(ref Refused);
        throw new AmazonS3Exception("S3 is away.");
    }
}
