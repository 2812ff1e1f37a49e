using System.Globalization;
using LocalCloud.Objects.Storage;

namespace LocalCloud.Objects;

/// <summary>GetObject, HeadObject and GetObjectAttributes.</summary>
internal sealed class ReadOperations(ObjectStore store)
{
    public async Task GetAsync(S3Request request)
    {
        using var reader = store.OpenRead(request.Bucket, request.Key) ?? throw S3Errors.NoSuchKey();
        var entry = reader.Entry;
        if (ReadCondition.From(request).GetFailureStatus(entry) is { } status)
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
        ObjectHeaders.Write(request, reader, isWhole: length == entry.Size);
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
        var requested = (
            request.Header("x-amz-object-attributes")
            ?? throw S3Errors.InvalidArgument("x-amz-object-attributes is required.")
        ).Split(',', StringSplitOptions.TrimEntries);
        ObjectHeaders.WriteValidators(request.Response, entry);
        request.Response.Headers.Remove("ETag"); // It is in the response body.
        return S3Xml.WriteAsync(request, "GetObjectAttributesResponse", xml =>
        {
            if (requested.Contains("ETag"))
                xml.WriteElementString("ETag", entry.ETag);
            if (requested.Contains("Checksum") && attributes.Checksum is not null)
            {
                xml.WriteStartElement("Checksum");
                xml.WriteElementString(S3Xml.ChecksumElement(attributes.ChecksumAlgorithm!), attributes.Checksum);
                xml.WriteElementString("ChecksumType", attributes.ChecksumType);
                xml.WriteEndElement();
            }
            if (requested.Contains("ObjectParts") && entry.PartCount > 0)
            {
                xml.WriteStartElement("ObjectParts");
                xml.WriteElementString("PartsCount", S3Xml.Number(entry.PartCount));
                xml.WriteEndElement();
            }
            if (requested.Contains("StorageClass"))
                xml.WriteElementString("StorageClass", "STANDARD");
            if (requested.Contains("ObjectSize"))
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

/// <summary>Conditions of a read (RFC 9110, section 13). Those of a copy's source have a prefix.</summary>
internal sealed record ReadCondition(
    string? Match,
    string? NoneMatch,
    DateTimeOffset? ModifiedSince,
    DateTimeOffset? UnmodifiedSince
)
{
    public static ReadCondition From(S3Request request, string prefix = "") =>
        new(
            request.Header(prefix + "If-Match"),
            request.Header(prefix + "If-None-Match"),
            Time(request.Header(prefix + "If-Modified-Since")),
            Time(request.Header(prefix + "If-Unmodified-Since"))
        );

    /// <summary>Returns 412, 304, or null if the conditions are met. ETags take precedence over times.</summary>
    public int? GetFailureStatus(ObjectEntry entry)
    {
        var lastModified = LastModified(entry);
        if (Match is not null ? !Matches(Match, entry.ETag) : UnmodifiedSince < lastModified)
            return StatusCodes.Status412PreconditionFailed;
        if (NoneMatch is not null ? Matches(NoneMatch, entry.ETag) : ModifiedSince >= lastModified)
            return StatusCodes.Status304NotModified;
        return null;
    }

    /// <summary>Returns true if an If-Range header names this version by ETag or time.</summary>
    public static bool IsVersion(string header, ObjectEntry entry) =>
        Time(header) is { } time ? time == LastModified(entry) : Matches(header, entry.ETag);

    private static DateTimeOffset LastModified(ObjectEntry entry) =>
        DateTimeOffset.FromUnixTimeSeconds(entry.LastModified.ToUnixTimeSeconds()); // Headers have no fractions.

    private static bool Matches(string header, string etag) =>
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

/// <summary>A range of bytes, both ends inclusive. Without a start, the last <c>End</c> bytes.</summary>
internal readonly record struct ByteRange(long? Start, long? End)
{
    /// <summary>
    /// Parses a Range header. Returns null for a missing, multiple or malformed range or another unit, which S3 ignores
    /// (RFC 9110, section 14.2).
    /// </summary>
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

    /// <summary>Returns the part of the range within an object of this size; null if there is none.</summary>
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
