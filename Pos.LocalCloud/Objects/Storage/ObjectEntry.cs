using System.Globalization;

namespace Pos.LocalCloud.Objects.Storage;

/// <summary>What the index holds of an object: enough to list it. The rest (<see cref="ObjectAttributes"/>) is in its data file.</summary>
internal sealed class ObjectEntry
{
    /// <summary>The key's UTF-8.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The data file. Never written again once an entry names it, so an entry is one version of an object.</summary>
    public required long FileId { get; init; }

    /// <summary>Bytes of content.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset LastModified { get; init; }

    /// <summary>MD5 of the content, or of the parts' MD5s for a multipart upload.</summary>
    public required UInt128 Md5 { get; init; }

    /// <summary>Parts of a multipart upload; 0 for an object put whole.</summary>
    public int PartCount { get; init; }

    /// <summary>Without quotes: MD5 in hex, and <c>-N</c> for N parts.</summary>
    public string ETag => PartCount == 0
        ? Md5.ToString("x32", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Md5:x32}-{PartCount}");
}
