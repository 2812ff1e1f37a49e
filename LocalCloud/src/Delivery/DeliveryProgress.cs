using System.Globalization;
using System.Text.Json;
using LocalCloud.Delivery.Api;
using LocalCloud.Storage;

namespace LocalCloud.Delivery;

/// <summary>How far a stream has come, and the batch under way: what a restart goes on with.</summary>
/// <param name="DeliveredTo">Log offset before which everything is delivered, or skipped with a manifest.</param>
/// <param name="Batch">The batch that begins there; its object's name is fixed before anything of it is written
/// anywhere.</param>
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

    /// <summary>Returns when it is on disk.</summary>
    public void Save(string folder) =>
        DurableFile.Replace(
            Path.Combine(folder, FileName),
            JsonSerializer.SerializeToUtf8Bytes(this, FirehoseJson.Default.DeliveryProgress)
        );
}

/// <summary>A stretch of the log that goes into one object and one COPY.</summary>
/// <param name="To">Log offset after its last entry.</param>
/// <param name="Records">Entries in it.</param>
/// <param name="Bytes">Their data's.</param>
/// <param name="FirstArrival">When its first record was acknowledged.</param>
/// <param name="Bucket">Bucket of the object.</param>
/// <param name="Key">Key of the object.</param>
/// <param name="Gzip">Whether the object is compressed.</param>
/// <param name="Backup">Where the records go as they came, besides; null for nowhere.</param>
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
    /// Key of the object's manifest under a prefix. Named by the batch: written again after a crash, it is the same.
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

/// <summary>An object of source records.</summary>
internal sealed record BackupObject(string Bucket, string Key, bool Gzip);
