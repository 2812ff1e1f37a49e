using Amazon.S3;
using Amazon.S3.Model;

namespace LocalCloud.Delivery;

/// <summary>Stages objects in another S3, to deliver to the warehouse for a cloud without Firehose.</summary>
internal sealed class S3StagingBucket(IAmazonS3 s3) : IStagingBucket
{
    private const int BufferBytes = 128 * 1024;

    public async Task PutAsync(string bucket, string key, Stream content, CancellationToken cancellationToken)
    {
        // A put sends its length first and restarts from the beginning after a failure.
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            BufferBytes,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous
        );
        await content.CopyToAsync(file, cancellationToken);
        file.Position = 0;
        await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                InputStream = file,
                AutoCloseStream = false,
            },
            cancellationToken
        );
    }

    public async Task<Stream> OpenAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var response = await s3.GetObjectAsync(bucket, key, cancellationToken);
        return response.ResponseStream; // Disposing the stream releases the response.
    }
}
