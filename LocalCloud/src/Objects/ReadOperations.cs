using System.Globalization;
using LocalCloud.Objects.Storage;

namespace LocalCloud.Objects;

/// <summary>GetObject and HeadObject, which differ by the body only, and GetObjectAttributes.</summary>
internal sealed class ReadOperations(ObjectStore store)
{
    public async Task GetAsync(S3Request request)
    {
        using var reader = store.OpenRead(request.Bucket, request.Key) ?? throw S3Errors.NoSuchKey();
        var entry = reader.Entry;
        if (ReadCondition.Of(request).Fails(entry) is { } status)
        {
            if (status == StatusCodes.Status412PreconditionFailed)
                throw S3Errors.PreconditionFailed("If-Match or If-Unmodified-Since");
            ObjectHeaders.WriteValidators(request.Response, entry);
            request.Response.StatusCode = status;
            return;
        }

        var (offset, length) = (0L, entry.Size);
        if ((Part(request, reader) ?? Range(request, entry)) is { } part)
        {
            (offset, length) = part;
            request.Response.StatusCode = StatusCodes.Status206PartialContent;
            if (length > 0)
                request.Response.Headers.ContentRange = string.Create(
                    CultureInfo.InvariantCulture,
                    $"bytes {offset}-{offset + length - 1}/{entry.Size}"
                );
        }
        ObjectHeaders.Write(request, reader, whole: length == entry.Size);
        request.Response.ContentLength = length;
        if (HttpMethods.IsHead(request.Http.Method))
            return;
        await foreach (var chunk in reader.ReadAsync(offset, length, request.Aborted))
            await request.Response.Body.WriteAsync(chunk, request.Aborted);
    }

    /// <summary>GetObjectAttributes.</summary>
    public Task AttributesAsync(S3Request request)
    {
        using var reader = store.OpenRead(request.Bucket, request.Key) ?? throw S3Errors.NoSuchKey();
        var (entry, attributes) = (reader.Entry, reader.Attributes);
        var wanted = (
            request.Header("x-amz-object-attributes")
            ?? throw S3Errors.InvalidArgument("x-amz-object-attributes is required.")
        ).Split(',', StringSplitOptions.TrimEntries);
        ObjectHeaders.WriteValidators(request.Response, entry);
        request.Response.Headers.Remove("ETag"); // it is in the answer
        return S3Xml.WriteAsync(request, "GetObjectAttributesResponse", xml =>
        {
            if (wanted.Contains("ETag"))
                xml.WriteElementString("ETag", entry.ETag);
            if (wanted.Contains("Checksum") && attributes.Checksum is not null)
            {
                xml.WriteStartElement("Checksum");
                xml.WriteElementString(S3Xml.ChecksumElement(attributes.ChecksumAlgorithm!), attributes.Checksum);
                xml.WriteElementString("ChecksumType", attributes.ChecksumType);
                xml.WriteEndElement();
            }
            if (wanted.Contains("ObjectParts") && entry.PartCount > 0)
            {
                xml.WriteStartElement("ObjectParts");
                xml.WriteElementString("PartsCount", S3Xml.Number(entry.PartCount));
                xml.WriteEndElement();
            }
            if (wanted.Contains("StorageClass"))
                xml.WriteElementString("StorageClass", "STANDARD");
            if (wanted.Contains("ObjectSize"))
                xml.WriteElementString("ObjectSize", S3Xml.Number(entry.Size));
        });
    }

    private static (long Offset, long Length)? Part(S3Request request, ObjectReader reader)
    {
        if (!request.HasQuery("partNumber"))
            return null;
        var number = MultipartOperations.PartNumber(request);
        var extents = reader.Attributes.Extents;
        if (number > Math.Max(extents.Count, 1))
            throw S3Errors.InvalidPartNumber();
        if (extents.Count == 0)
            return (0, reader.Entry.Size);
        request.Response.Headers["x-amz-mp-parts-count"] = S3Xml.Number(extents.Count);
        return (extents.Take(number - 1).Sum(extent => extent.Length), extents[number - 1].Length);
    }

    private static (long Offset, long Length)? Range(S3Request request, ObjectEntry entry)
    {
        if (
            ByteRange.Parse(request.Header("Range")) is not { } range
            || (request.Header("If-Range") is { } version && !ReadCondition.IsVersion(version, entry))
        )
            return null;
        if (range.Within(entry.Size) is { } within)
            return within;
        request.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{entry.Size}");
        throw S3Errors.InvalidRange();
    }
}

/// <summary>The conditions of a read (RFC 9110, section 13), with a prefix for those of a copy's source.</summary>
internal sealed record ReadCondition(
    string? Match,
    string? NoneMatch,
    DateTimeOffset? ModifiedSince,
    DateTimeOffset? UnmodifiedSince
)
{
    public static ReadCondition Of(S3Request request, string prefix = "") =>
        new(
            request.Header(prefix + "If-Match"),
            request.Header(prefix + "If-None-Match"),
            Time(request.Header(prefix + "If-Modified-Since")),
            Time(request.Header(prefix + "If-Unmodified-Since"))
        );

    /// <returns>412 or 304, or null when the conditions hold. ETags take precedence over times.</returns>
    public int? Fails(ObjectEntry entry)
    {
        var lastModified = LastModified(entry);
        if (Match is not null ? !Names(Match, entry.ETag) : UnmodifiedSince < lastModified)
            return StatusCodes.Status412PreconditionFailed;
        if (NoneMatch is not null ? Names(NoneMatch, entry.ETag) : ModifiedSince >= lastModified)
            return StatusCodes.Status304NotModified;
        return null;
    }

    /// <summary>Whether an If-Range header names this version, by ETag or by time.</summary>
    public static bool IsVersion(string header, ObjectEntry entry) =>
        Time(header) is { } time ? time == LastModified(entry) : Names(header, entry.ETag);

    private static DateTimeOffset LastModified(ObjectEntry entry) =>
        DateTimeOffset.FromUnixTimeSeconds(entry.LastModified.ToUnixTimeSeconds()); // headers have no fractions

    private static bool Names(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || one.Trim('"') == etag);

    private static DateTimeOffset? Time(string? header) =>
        DateTimeOffset.TryParseExact(
            header,
            "R",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;
}

/// <summary>One range of bytes; both ends inclusive. Without a start: so many bytes from the end.</summary>
internal readonly record struct ByteRange(long? Start, long? End)
{
    /// <returns>Null for none, and for what is no range of S3's: several, other units, nonsense. Such are ignored (RFC
    /// 9110, section 14.2).</returns>
    public static ByteRange? Parse(string? header)
    {
        const string Unit = "bytes=";
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return null;
        var range = header.AsSpan(Unit.Length).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0 || range.Length == 1)
            return null;
        if (!TryNumber(range[..dash], out var start) || !TryNumber(range[(dash + 1)..], out var end) || start > end)
            return null;
        return new ByteRange(start, end);
    }

    /// <returns>Null where the object has none of these bytes.</returns>
    public (long Offset, long Length)? Within(long size)
    {
        var offset = Start ?? Math.Max(0, size - End!.Value);
        var last = Start is null ? size - 1 : Math.Min(End ?? long.MaxValue, size - 1);
        return offset > last ? null : (offset, last - offset + 1);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        if (text.Length == 0)
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;
        number = value;
        return true;
    }
}
