using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Pos.Purchases;

namespace Pos.Processor.Quarantine;

/// <summary>Keeps what the stores cannot take: the raw bytes, and beside them an entry that says why and where they come from.</summary>
internal sealed class QuarantineStore(IAmazonS3 s3, PosResources resources, TimeProvider time, ProcessorMetrics metrics)
{
    private const int ConcurrentWrites = 8;

    public async Task WriteAsync(IReadOnlyCollection<QuarantinedBytes> rejects, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentWrites, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rejects, parallelism, async (bytes, cancel) =>
        {
            // The bytes go first: an entry always has its bytes.
            await PutAsync(QuarantineEntry.KeyOf(bytes, "raw"), "application/octet-stream", bytes.Raw.ToArray(), cancel);
            var entry = QuarantineEntry.Of(bytes, resources.Stream, time.GetUtcNow());
            await PutAsync(QuarantineEntry.KeyOf(bytes, "json"), "application/json",
                JsonSerializer.SerializeToUtf8Bytes(entry, QuarantineJsonContext.Default.QuarantineEntry), cancel);
            metrics.Quarantined(bytes.Reason);
        });
    }

    private async Task PutAsync(string key, string contentType, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = resources.LakeBucket, Key = key, ContentType = contentType, InputStream = stream }, cancellationToken);
    }
}
