using System.Globalization;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// What the index holds of an object: enough to list it. The rest (<see cref="ObjectAttributes"/>) is in its data file.
/// </summary>
internal sealed record ObjectEntry
{
    /// <summary>The key's UTF-8.</summary>
    public required byte[] Key { get; init; }

    /// <summary>
    /// The data file. What an entry names in it is never written again, so an entry is one version of an object.
    /// </summary>
    public required long FileId { get; init; }

    /// <summary>Where in the data file it begins: 0 but in a pack.</summary>
    public long Offset { get; init; }

    /// <summary>Bytes that it takes in a <see cref="Pack"/>, all told; 0 where the data file is its own.</summary>
    public int PackedBytes { get; init; }

    public bool IsPacked => PackedBytes > 0;

    /// <summary>Bytes of content.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>MD5 of the content, or of the parts' MD5s for a multipart upload.</summary>
    public required UInt128 Md5 { get; init; }

    /// <summary>Parts of a multipart upload; 0 for an object put whole.</summary>
    public int PartCount { get; init; }

    /// <summary>Without quotes: MD5 in hex, and <c>-N</c> for N parts.</summary>
    public string ETag =>
        PartCount == 0
            ? Md5.ToString("x32", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Md5:x32}-{PartCount}");
}
