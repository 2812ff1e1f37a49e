using Amazon.S3;
using Amazon.S3.Model;
using Pos.Processor.EventSource;
using Pos.Purchases;

namespace Pos.Processor.Lake;

/// <summary>Writes a batch's posts to the lake as one object.</summary>
/// <remarks>
/// Objects never overlap, whatever the batches' boundaries: a batch begins at the first record after the checkpoint, so an object that a
/// failed or interrupted batch left behind is overwritten by the next batch, which begins at the same record.
/// </remarks>
internal sealed class LakeSink(IAmazonS3 s3, PosResources resources)
{
    public async Task WriteAsync(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        if (posts is [])
            return;
        using var content = LakeObject.Write(posts);
        await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = resources.LakeBucket,
            Key = LakeObject.KeyOf(posts[0].Record),
            ContentType = "application/gzip",
            InputStream = content,
        }, cancellationToken);
    }

    /// <summary>Removes what failed attempts to process a record, now given up, have left of it.</summary>
    public async Task RemoveAsync(StreamRecord record, CancellationToken cancellationToken) =>
        await s3.DeleteObjectAsync(resources.LakeBucket, LakeObject.KeyOf(record), cancellationToken);
}
