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

/// <summary>Writes the purchases of a batch to the lake as one object.</summary>
/// <remarks>
/// Objects never overlap, however batches are split and even if a stalled worker writes late:
/// docs/decisions/0004-stores-in-order.md.
/// </remarks>
internal sealed class LakeSink(IAmazonS3 s3, PosResources resources)
{
    // Only workers that lost the lease write to the same object, and each of them writes it only once more.
    private const int MaxAttempts = 5;

    /// <summary>Writes the object of a batch, replacing the object of an earlier attempt.</summary>
    /// <param name="first">The batch's first record with a purchase.</param>
    /// <param name="versions">The whole content of the object: versions from that record and later ones.</param>
    /// <param name="lease">Null if the shard cannot have a second worker.</param>
    /// <exception cref="LeaseLostException">The object exists, and another worker has taken the lease.</exception>
    public async Task WriteAsync(
        StreamRecord first,
        IReadOnlyList<PurchaseVersion> versions,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        var key = LakeKeys.KeyOf(first);
        using var content = LakeObject.Write(versions, lease?.FencingToken ?? 0);
        if (
            await TryPutAsync(
                key,
                content,
                request => request.IfNoneMatch = lease is null ? null : "*",
                cancellationToken
            )
        )
            return;

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var present = await s3.GetObjectMetadataAsync(resources.LakeBucket, key, cancellationToken);
            // Verify the lease after reading the ETag: then the object read is not a successor's.
            await lease!.EnsureHeldAsync(cancellationToken);
            if (await TryPutAsync(key, content, request => request.IfMatch = present.ETag, cancellationToken))
                return;
        }
        throw new IOException($"Lake object {key} changed during each of {MaxAttempts} attempts to write it.");
    }

    /// <summary>
    /// Writes the purchases of a retried quarantine entry as a separate object. A repeated retry overwrites it.
    /// </summary>
    public async Task WriteRetriedAsync(
        StreamRecord record,
        int? ordinal,
        IReadOnlyList<PurchaseVersion> versions,
        CancellationToken cancellationToken
    )
    {
        using var content = LakeObject.Write(versions, fencingToken: 0);
        if (!await TryPutAsync(LakeKeys.RetryKeyOf(record, ordinal), content, _ => { }, cancellationToken))
            throw new IOException(
                $"Another writer is writing the lake object of quarantine entry {QuarantineKeys.IdOf(record, ordinal)}."
            );
    }

    /// <summary>Returns false if the condition fails (412) or another write to the key is running (409).</summary>
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
        catch (AmazonS3Exception rejected)
            when (rejected.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            span.SetFailure(rejected);
            return false;
        }
        catch (Exception error)
        {
            span.SetFailure(error);
            throw;
        }
    }
}
