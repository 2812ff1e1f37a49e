using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pos.Tests.Processor;

/// <summary>An S3 client with objects in memory that can be made unavailable.</summary>
internal sealed class FakeS3(StoreCalls? calls = null) : AmazonS3Client("test", "test", RegionEndpoint.USEast1)
{
    private readonly StoreCalls _calls = calls ?? new();

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();
    public bool IsUnavailable { get; set; }
    public int FailedCalls;

    public IReadOnlyList<string> Keys(string prefix) =>
        [.. Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public override async Task<PutObjectResponse> PutObjectAsync(
        PutObjectRequest request,
        CancellationToken cancellationToken = default
    )
    {
        var content = new MemoryStream();
        await request.InputStream.CopyToAsync(content, cancellationToken);
        return await CallAsync("s3:PutObject", () =>
        {
            var present = Objects.TryGetValue(request.Key, out var bytes) ? ETag(bytes) : null;
            if (
                (request.IfNoneMatch is "*" && present is not null)
                || (request.IfMatch is not null && request.IfMatch != present)
            )
                throw new AmazonS3Exception(
                    "At least one of the pre-conditions you specified did not hold",
                    ErrorType.Sender,
                    "PreconditionFailed",
                    "1",
                    HttpStatusCode.PreconditionFailed
                );
            Objects[request.Key] = content.ToArray();
            return new PutObjectResponse();
        });
    }

    public override Task<GetObjectResponse> GetObjectAsync(
        GetObjectRequest request,
        CancellationToken cancellationToken = default
    ) =>
        CallAsync("s3:GetObject", () =>
            Objects.TryGetValue(request.Key, out var content)
                ? new GetObjectResponse
                {
                    ResponseStream = new MemoryStream(content, writable: false),
                    Key = request.Key,
                }
                : throw new AmazonS3Exception(
                    "The specified key does not exist.",
                    ErrorType.Sender,
                    "NoSuchKey",
                    "1",
                    HttpStatusCode.NotFound
                )
        );

    public override Task<ListObjectsV2Response> ListObjectsV2Async(
        ListObjectsV2Request request,
        CancellationToken cancellationToken = default
    ) => CallAsync("s3:ListObjectsV2", () =>
        {
            var after = request.ContinuationToken ?? request.StartAfter;
            var keys = Keys(request.Prefix ?? "")
                .Where(key => after is null || string.CompareOrdinal(key, after) > 0)
                .Take(1001)
                .ToArray();
            var page = keys.Take(1000).ToList();
            return new ListObjectsV2Response
            {
                // The SDK gives null for an empty list.
                S3Objects = page is []
                    ? null
                    : [.. page.Select(key => new S3Object { Key = key, Size = Objects[key].Length })],
                IsTruncated = keys.Length > page.Count,
                NextContinuationToken = keys.Length > page.Count ? page[^1] : null,
            };
        });

    public override Task<GetObjectMetadataResponse> GetObjectMetadataAsync(
        string bucketName,
        string key,
        CancellationToken cancellationToken = default
    ) => CallAsync("s3:HeadObject", () => new GetObjectMetadataResponse { ETag = ETag(Objects[key]) });

    private Task<T> CallAsync<T>(string operation, Func<T> effect)
    {
        if (IsUnavailable)
        {
            Interlocked.Increment(ref FailedCalls);
            return Task.FromException<T>(Unavailable());
        }
        return _calls.MakeAsync(operation, effect, _ => Unavailable());
    }

    private static string ETag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";

    private static AmazonS3Exception Unavailable() =>
        new("S3 is unavailable.", ErrorType.Receiver, "ServiceUnavailable", "1", HttpStatusCode.ServiceUnavailable);
}
