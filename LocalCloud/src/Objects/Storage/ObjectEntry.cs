using System.Globalization;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// An object in the catalog, with the fields that lists need. Its <see cref="ObjectAttributes"/> are in its data file.
/// </summary>
internal sealed record ObjectEntry
{
    /// <summary>The key in UTF-8.</summary>
    public required byte[] Key { get; init; }

    /// <summary>
    /// The data file. Its content is never overwritten, so an entry is one version of an object.
    /// </summary>
    public required long FileId { get; init; }

    /// <summary>The content's offset in the data file: 0 except in a pack.</summary>
    public long Offset { get; init; }

    /// <summary>Total bytes in a <see cref="Pack"/>; 0 if the object has its own data file.</summary>
    public int PackedBytes { get; init; }

    public bool IsPacked => PackedBytes > 0;

    /// <summary>Size of the content in bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>MD5 of the content, or of the parts' MD5s for a multipart upload.</summary>
    public required UInt128 Md5 { get; init; }

    /// <summary>Number of parts of a multipart upload; 0 for a single put.</summary>
    public int PartCount { get; init; }

    /// <summary>ETag without quotes: MD5 in hexadecimal digits, with <c>-N</c> for N parts.</summary>
    public string ETag =>
        PartCount == 0
            ? Md5.ToString("x32", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Md5:x32}-{PartCount}");
}
