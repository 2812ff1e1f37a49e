using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalCloud.Delivery;

/// <summary>
/// The manifest of a COPY's objects for Redshift's <c>COPY … MANIFEST</c>:
/// <c>{"entries":[{"url":"s3://…","mandatory":true}]}</c>.
/// </summary>
internal sealed record LoadManifest([property: JsonPropertyName("entries")] IReadOnlyList<LoadManifest.Entry> Entries)
{
    /// <summary>Puts a batch's manifest under a prefix of its bucket.</summary>
    public static async Task PutAsync(
        IStagingBucket bucket,
        DeliveryBatch batch,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        var manifest = new LoadManifest([new Entry(batch.Url, Mandatory: true)]);
        using var content = new MemoryStream(
            JsonSerializer.SerializeToUtf8Bytes(manifest, LoadManifestJson.Default.LoadManifest)
        );
        await bucket.PutAsync(batch.Bucket, batch.ManifestKey(prefix), content, cancellationToken);
    }

    internal sealed record Entry(
        [property: JsonPropertyName("url")] string Url,
        [property: JsonPropertyName("mandatory")] bool Mandatory
    );
}

[JsonSerializable(typeof(LoadManifest))]
internal sealed partial class LoadManifestJson : JsonSerializerContext;
