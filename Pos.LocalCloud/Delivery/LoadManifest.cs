using System.Text.Json.Serialization;

namespace Pos.LocalCloud.Delivery;

/// <summary>The objects of a COPY as Redshift's <c>COPY … MANIFEST</c> reads them: <c>{"entries":[{"url":"s3://…","mandatory":true}]}</c>.</summary>
internal sealed record LoadManifest([property: JsonPropertyName("entries")] IReadOnlyList<LoadManifest.Entry> Entries)
{
    public static LoadManifest Of(string url) => new([new Entry(url, Mandatory: true)]);

    internal sealed record Entry([property: JsonPropertyName("url")] string Url, [property: JsonPropertyName("mandatory")] bool Mandatory);
}

[JsonSerializable(typeof(LoadManifest))]
internal sealed partial class LoadManifestJson : JsonSerializerContext;
