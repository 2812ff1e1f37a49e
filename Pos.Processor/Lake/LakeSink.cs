using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.Quarantine;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using Pos.Storage.Lake;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Lake;

/// <summary>Writes a batch's posts to the lake as one object.</summary>
/// <remarks>
/// <para>Objects never overlap, however batches are cut. A batch begins at the first record after the checkpoint and
/// its object bears the name of its first record with a purchase, so what a batch that did not reach its checkpoint has
/// left is overwritten by whoever processes that record next, even if nothing of the record remains: then by an empty
/// object. Nothing is ever deleted.</para>
/// <para>That "next" may be another worker, and the first one not dead but stalled. Its late write is one of two. It
/// creates the object, which its successor has then not come to yet, and will overwrite. Or it replaces one that it saw
/// before the lease was found to be still its own: then no successor had written, and if one does meanwhile, the object
/// is another, as no two takings of a lease write the same bytes (<see cref="LakeObject.Write"/>), and the write
/// fails.</para>
/// </remarks>
internal sealed class LakeSink(IAmazonS3 s3, PosResources resources)
{
    // Only a worker that lost the lease can be in the way, and each of its writes is its last.
    private const int Attempts = 5;

    /// <param name="first">The batch's first record with a purchase.</param>
    /// <param name="posts">Of that record and those behind it: what the object holds from now on, and all that it
    /// holds.</param>
    /// <param name="lease">Null where the shard cannot have a second worker.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LeaseLostException">The object exists, and is another worker's to overwrite.</exception>
    public async Task WriteAsync(
        StreamRecord first,
        IReadOnlyList<PurchaseVersion> posts,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        var key = LakeKeys.KeyOf(first);
        using var content = LakeObject.Write(posts, lease?.FencingToken ?? 0);
        if (
            await TryPutAsync(
                key,
                content,
                request => request.IfNoneMatch = lease is null ? null : "*",
                cancellationToken
            )
        )
            return;

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var present = await s3.GetObjectMetadataAsync(resources.LakeBucket, key, cancellationToken);
            await lease!.EnsureAsync(cancellationToken); // In this order: what was seen before is not a successor's.
            if (await TryPutAsync(key, content, request => request.IfMatch = present.ETag, cancellationToken))
                return;
        }
        throw new IOException($"{key} was changed {Attempts} times while it was written.");
    }

    /// <summary>
    /// Writes what is replayed of a quarantined record, or of its line, as an object of its own, which a repeated
    /// replay overwrites.
    /// </summary>
    public async Task WriteReplayAsync(
        StreamRecord record,
        int? ordinal,
        IReadOnlyList<PurchaseVersion> posts,
        CancellationToken cancellationToken
    )
    {
        using var content = LakeObject.Write(posts, fencingToken: 0);
        if (!await TryPutAsync(LakeKeys.RetryKeyOf(record, ordinal), content, _ => { }, cancellationToken))
            throw new IOException(
                $"The lake object of {QuarantineKeys.IdOf(record, ordinal)} was being written by another."
            );
    }

    /// <summary>False when the condition does not hold, or (409) another write to the key was under way.</summary>
    private async Task<bool> TryPutAsync(
        string key,
        MemoryStream content,
        Action<PutObjectRequest> condition,
        CancellationToken cancellationToken
    )
    {
        content.Position = 0;
        var request = new PutObjectRequest
        {
            BucketName = resources.LakeBucket,
            Key = key,
            ContentType = "application/gzip",
            InputStream = content,
            AutoCloseStream = false,
        };
        condition(request);
        using var span = ProcessTrace.Source.StartS3("PutObject", resources.LakeBucket, key);
        try
        {
            await s3.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception refused)
            when (refused.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            span.SetFailure(refused);
            return false;
        }
        catch (Exception error)
        {
            span.SetFailure(error);
            throw;
        }
    }
}
