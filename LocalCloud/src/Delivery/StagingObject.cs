using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using LocalCloud.Delivery.Log;

namespace LocalCloud.Delivery;

/// <summary>Writes a batch as an object: its records in order, each with a line end.</summary>
internal static class StagingObject
{
    private const string Manifests = "manifests/";

    /// <summary>
    /// Creates an object name like Firehose's: <c>YYYY/MM/DD/HH/</c> of the first record's arrival (UTC), stream,
    /// version, time and a GUID.
    /// </summary>
    public static string CreateKey(string prefix, string stream, int version, DateTimeOffset firstArrival, bool gzip)
    {
        var time = firstArrival.UtcDateTime;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{prefix}{time:yyyy/MM/dd/HH/}{stream}-{version}-{time:yyyy-MM-dd-HH-mm-ss}-{Guid.NewGuid()}"
                + $"{(gzip ? ".gz" : "")}"
        );
    }

    /// <summary>
    /// Puts a batch's objects: the backup of its records, the object to load and the manifest for COPY. A repeated put
    /// writes the same content under the same names.
    /// </summary>
    public static async Task PutAsync(
        IStagingBucket bucket,
        DeliveryLog log,
        long from,
        DeliveryBatch batch,
        CancellationToken cancellationToken
    )
    {
        using var span = DeliveryTrace.StartStaging(batch);
        if (batch.Backup is { } backup)
            await PutAsync(bucket, backup, log, from, batch.To, delimited: false, cancellationToken);
        await PutAsync(
            bucket,
            new BackupObject(batch.Bucket, batch.Key, batch.Gzip),
            log,
            from,
            batch.To,
            delimited: true,
            cancellationToken
        );
        await LoadManifest.PutAsync(bucket, batch, Manifests, cancellationToken);
    }

    private static async Task PutAsync(
        IStagingBucket bucket,
        BackupObject target,
        DeliveryLog log,
        long from,
        long to,
        bool delimited,
        CancellationToken cancellationToken
    )
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024));
        using var putEnded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.Run(
            () => WriteAsync(pipe.Writer, target.Gzip, log, from, to, delimited, putEnded.Token),
            CancellationToken.None
        );
        try
        {
            await using var content = pipe.Reader.AsStream();
            await bucket.PutAsync(target.Bucket, target.Key, content, cancellationToken);
        }
        finally
        {
            await putEnded.CancelAsync();
            await writing;
        }
    }

    // A failure reaches the reader through the pipe, so the put fails, too.
    private static async Task WriteAsync(
        PipeWriter output,
        bool gzip,
        DeliveryLog log,
        long from,
        long to,
        bool delimited,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var stream = output.AsStream(leaveOpen: true);
            await using (var compressed = gzip ? new GZipStream(stream, CompressionLevel.Fastest) : stream)
                await WriteRecordsAsync(compressed, log, from, to, delimited, cancellationToken);
            await output.CompleteAsync();
        }
        catch (Exception error)
        {
            await output.CompleteAsync(error);
        }
    }

    private static async Task WriteRecordsAsync(
        Stream output,
        DeliveryLog log,
        long from,
        long to,
        bool delimited,
        CancellationToken cancellationToken
    )
    {
        using var reader = log.ReadFrom(from);
        while (reader.Offset < to && reader.Read() && reader.Offset <= to)
        {
            await output.WriteAsync(reader.Data, cancellationToken);
            // Firehose adds no delimiter and COPY's json 'auto' needs none, but LocalCloud's COPY reads lines.
            if (delimited && reader.Data.Length > 0 && reader.Data.Span[^1] != (byte)'\n')
                output.WriteByte((byte)'\n');
        }
        if (reader.Offset < to)
            throw new InvalidDataException($"The delivery log ends at {reader.Offset}; the batch ends at {to}.");
    }
}
