using System.Text.Json.Serialization;

namespace LocalCloud.Objects.Storage;

/// <summary>What is kept beside an object's content: it follows the content in the data file.</summary>
internal sealed record ObjectAttributes
{
    public static readonly ObjectAttributes None = new();

    /// <summary>
    /// Headers given back as they came: Content-Type, Content-Encoding, Cache-Control and their like, by lower-case
    /// name.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>User metadata by lower-case name, without <c>x-amz-meta-</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Lower case, as in the header's name: crc32, crc32c, crc64nvme, sha1, sha256.</summary>
    public string? ChecksumAlgorithm { get; init; }

    /// <summary>
    /// FULL_OBJECT or COMPOSITE, where there is a checksum; of an upload that is under way, what its object's will be.
    /// </summary>
    public string? ChecksumType { get; init; }

    /// <summary>Base64; with <c>-N</c> where it is a checksum of N parts' checksums.</summary>
    public string? Checksum { get; init; }

    /// <summary>
    /// The multipart upload that made the object: who asks again to complete it gets the same answer.
    /// </summary>
    public string? UploadId { get; init; }

    /// <summary>
    /// The parts' files of a multipart upload, in order; empty when the content is in this very file.
    /// </summary>
    public IReadOnlyList<Extent> Extents { get; init; } = [];
}

/// <summary>A run of an object's content: the first <paramref name="Length"/> bytes of a data file.</summary>
internal sealed record Extent(long FileId, long Length);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectAttributes))]
internal sealed partial class ObjectAttributesJson : JsonSerializerContext;
