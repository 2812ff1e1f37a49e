using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using Pos.LocalCloud.Delivery.Log;

namespace Pos.LocalCloud.Delivery;

/// <summary>A batch as an object: its records one behind the other, each with a line end.</summary>
internal static class StagingObject
{
    /// <summary>Firehose's object names: <c>YYYY/MM/DD/HH/</c> of the first record's arrival (UTC), stream, version, time, and something random.</summary>
    public static string Key(string prefix, string stream, int version, DateTimeOffset firstArrival, bool gzip) => string.Create(
        CultureInfo.InvariantCulture,
        $"{prefix}{firstArrival.UtcDateTime:yyyy/MM/dd/HH/}{stream}-{version}-{firstArrival.UtcDateTime:yyyy-MM-dd-HH-mm-ss}-{Guid.NewGuid()}{(gzip ? ".gz" : "")}");

    /// <summary>Puts the object. Putting it again gives the same content under the same name.</summary>
    public static async Task PutAsync(IStagingBucket bucket, DeliveryLog log, long from, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024));
        using var putEnded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.Run(() => WriteAsync(pipe.Writer, log, from, batch, putEnded.Token), CancellationToken.None);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await bucket.PutAsync(batch.Bucket, batch.Key, content, cancellationToken);
        }
        finally
        {
            await putEnded.CancelAsync();
            await writing;
        }
    }

    // Its failure reaches the reader, which fails with it.
    private static async Task WriteAsync(PipeWriter output, DeliveryLog log, long from, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var stream = output.AsStream(leaveOpen: true);
            await using (var compressed = batch.Gzip ? new GZipStream(stream, CompressionLevel.Fastest) : stream)
                await WriteRecordsAsync(compressed, log, from, batch, cancellationToken);
            await output.CompleteAsync();
        }
        catch (Exception error)
        {
            await output.CompleteAsync(error);
        }
    }

    private static async Task WriteRecordsAsync(Stream output, DeliveryLog log, long from, DeliveryBatch batch, CancellationToken cancellationToken)
    {
        using var reader = log.ReadFrom(from);
        while (reader.Offset < batch.To && reader.Read())
        {
            await output.WriteAsync(reader.Data, cancellationToken);
            // Firehose adds no delimiter and COPY's json 'auto' needs none between objects; the reader here goes by lines.
            if (reader.Data.Length > 0 && reader.Data.Span[^1] != (byte)'\n')
                output.WriteByte((byte)'\n');
        }
        if (reader.Offset != batch.To)
            throw new InvalidDataException($"The delivery log ends at {reader.Offset}; the batch reaches to {batch.To}.");
    }
}
