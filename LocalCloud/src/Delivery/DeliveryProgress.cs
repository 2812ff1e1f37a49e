using System.Globalization;
using System.Text.Json;
using LocalCloud.Delivery.Api;
using LocalCloud.Storage;

namespace LocalCloud.Delivery;

/// <summary>The progress of a delivery stream and its current batch, from which a restart continues.</summary>
/// <param name="DeliveredTo">Log offset before which everything is delivered, or skipped with a manifest.</param>
/// <param name="Batch">The batch that starts at this offset. Its object's name is saved before the object is
/// written.</param>
internal sealed record DeliveryProgress(long DeliveredTo, DeliveryBatch? Batch)
{
    private const string FileName = "progress.json";

    /// <exception cref="StartRefusedException">The file is damaged.</exception>
    public static DeliveryProgress Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? DurableFile.ReadJson(path, FirehoseJson.Default.DeliveryProgress)
            : new DeliveryProgress(0, null);
    }

    /// <summary>Saves the progress and returns when it is on disk.</summary>
    public void Save(string folder) =>
        DurableFile.Replace(
            Path.Combine(folder, FileName),
            JsonSerializer.SerializeToUtf8Bytes(this, FirehoseJson.Default.DeliveryProgress)
        );
}

/// <summary>A range of the log that is delivered as one object with one COPY.</summary>
/// <param name="To">Log offset after the last entry.</param>
/// <param name="Records">Number of entries.</param>
/// <param name="Bytes">Size of the records' data.</param>
/// <param name="FirstArrival">Arrival of the first record.</param>
/// <param name="Bucket">Bucket of the object.</param>
/// <param name="Key">Key of the object.</param>
/// <param name="Gzip">True if the object is compressed.</param>
/// <param name="Backup">Object for a backup of the unchanged records; null for none.</param>
internal sealed record DeliveryBatch(
    long To,
    long Records,
    long Bytes,
    DateTimeOffset FirstArrival,
    string Bucket,
    string Key,
    bool Gzip,
    BackupObject? Backup = null
)
{
    public string Url => $"s3://{Bucket}/{Key}";

    /// <summary>
    /// Returns the key of the object's manifest under a prefix. It depends only on the batch, so a repeated write after
    /// a crash uses the same key.
    /// </summary>
    public string ManifestKey(string prefix) =>
        prefix
        + Key[
            Key.IndexOf(
                FirstArrival.UtcDateTime.ToString("yyyy/MM/dd/HH/", CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            )..
        ]
        + ".manifest";
}

/// <summary>An object with source records.</summary>
internal sealed record BackupObject(string Bucket, string Key, bool Gzip);
