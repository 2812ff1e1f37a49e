using System.Text.Json.Serialization;

namespace LocalCloud.Objects.Storage;

/// <summary>An object's attributes, stored after the content in its data file.</summary>
internal sealed record ObjectAttributes
{
    public static readonly ObjectAttributes None = new();

    /// <summary>
    /// Headers to return unchanged, such as Content-Type, Content-Encoding and Cache-Control, by lower-case name.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>User metadata by lower-case name, without <c>x-amz-meta-</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Algorithm in lower case: crc32, crc32c, crc64nvme, sha1, sha256.</summary>
    public string? ChecksumAlgorithm { get; init; }

    /// <summary>
    /// FULL_OBJECT or COMPOSITE if there is a checksum. For an upload in progress, the type of the future object.
    /// </summary>
    public string? ChecksumType { get; init; }

    /// <summary>Checksum in base64, with <c>-N</c> if it is a checksum of N parts' checksums.</summary>
    public string? Checksum { get; init; }

    /// <summary>
    /// The multipart upload that created the object. A repeated request to complete it returns the same response.
    /// </summary>
    public string? UploadId { get; init; }

    /// <summary>
    /// The files of a multipart upload's parts in order; empty if the content is in the object's own file.
    /// </summary>
    public IReadOnlyList<Extent> Extents { get; init; } = [];
}

/// <summary>A part of an object's content: the first <paramref name="Length"/> bytes of a data file.</summary>
internal sealed record Extent(long FileId, long Length);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectAttributes))]
internal sealed partial class ObjectAttributesJson : JsonSerializerContext;
