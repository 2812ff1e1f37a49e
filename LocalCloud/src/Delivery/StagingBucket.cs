using System.IO.Pipelines;
using LocalCloud.Objects;
using LocalCloud.Objects.Storage;

namespace LocalCloud.Delivery;

/// <summary>The object store in which delivery stages objects.</summary>
internal interface IStagingBucket
{
    /// <summary>Writes or replaces an object. Completes when it is on disk.</summary>
    Task PutAsync(string bucket, string key, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from its beginning.</summary>
    Task<Stream> OpenAsync(string bucket, string key, CancellationToken cancellationToken);
}

/// <summary>Stages objects in LocalCloud's own buckets.</summary>
internal sealed class StagingBucket(ObjectStore objects) : IStagingBucket
{
    public Task PutAsync(string bucket, string key, Stream content, CancellationToken cancellationToken) =>
        objects.PutAsync(bucket, key, content, cancellationToken: cancellationToken);

    public Task<Stream> OpenAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var reader = objects.OpenRead(bucket, key) ?? throw S3Errors.NoSuchKey();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 512 * 1024, resumeWriterThreshold: 256 * 1024));
        _ = CopyAsync(reader, pipe.Writer, cancellationToken);
        return Task.FromResult(pipe.Reader.AsStream());
    }

    // A failure reaches the reader through the pipe. If the reader stops early, the copy still runs to its end.
    private static async Task CopyAsync(ObjectReader reader, PipeWriter output, CancellationToken cancellationToken)
    {
        try
        {
            using (reader)
                await reader.CopyToAsync(output.AsStream(leaveOpen: true), cancellationToken);
            await output.CompleteAsync();
        }
        catch (Exception error)
        {
            await output.CompleteAsync(error);
        }
    }
}
