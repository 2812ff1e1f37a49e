using Amazon.S3;
using Amazon.S3.Model;

namespace LocalCloud.Delivery;

/// <summary>Buckets of another S3: delivery to the warehouse for a cloud that has no Firehose.</summary>
internal sealed class S3StagingBucket(IAmazonS3 s3) : IStagingBucket
{
    private const int BufferBytes = 128 * 1024;

    public async Task PutAsync(string bucket, string key, Stream content, CancellationToken cancellationToken)
    {
        // A put tells its length first, and is sent again from the begin when it fails.
        await using var whole = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            BufferBytes,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous
        );
        await content.CopyToAsync(whole, cancellationToken);
        whole.Position = 0;
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                InputStream = whole,
                AutoCloseStream = false,
            },
            cancellationToken
        );
    }

    public async Task<Stream> OpenAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var answer = await s3.GetObjectAsync(bucket, key, cancellationToken);
        return answer.ResponseStream; // its end is the answer's
    }
}
