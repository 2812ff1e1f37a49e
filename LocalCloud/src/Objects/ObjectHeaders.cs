using System.Text;
using LocalCloud.Objects.Bodies;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>Reads headers to store with an object and writes them to responses.</summary>
internal static class ObjectHeaders
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const int MaxMetadataBytes = 2 * 1024; // S3's limit for names and values.
    private const string DefaultContentType = "binary/octet-stream";
    private static readonly string[] s_storedHeaders =
    [
        "content-type",
        "cache-control",
        "content-disposition",
        "content-language",
        "expires",
        "x-amz-website-redirect-location",
    ];

    /// <summary>
    /// Unsupported headers that change the meaning of a write. Requests with them are rejected.
    /// </summary>
    private static readonly string[] s_unsupportedHeaders =
    [
        "x-amz-tagging",
        "x-amz-object-lock-mode",
        "x-amz-object-lock-legal-hold",
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-write-offset-bytes",
    ];

    private static readonly (string Query, string Header)[] s_overrides =
    [
        ("response-content-type", "content-type"),
        ("response-content-language", "content-language"),
        ("response-expires", "expires"),
        ("response-cache-control", "cache-control"),
        ("response-content-disposition", "content-disposition"),
        ("response-content-encoding", "content-encoding"),
    ];

    /// <exception cref="AwsException">MetadataTooLarge, NotImplemented.</exception>
    public static ObjectAttributes Read(HttpRequest request)
    {
        if (s_unsupportedHeaders.FirstOrDefault(request.Headers.ContainsKey) is { } header)
            throw S3Errors.NotImplemented(header);
        if (request.Headers["x-amz-acl"].ToString() is not ("" or "private" or "bucket-owner-full-control"))
            throw new AwsException("AccessControlListNotSupported", "The bucket does not allow ACLs");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in s_storedHeaders)
        {
            if (request.Headers[name].ToString() is { Length: > 0 } value)
                headers[name] = value;
        }
        if (ObjectBody.ContentEncoding(request).Kept is { } encoding)
            headers["content-encoding"] = encoding;

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var size = 0;
        foreach (var (name, value) in request.Headers)
        {
            if (!name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var key = name[MetadataPrefix.Length..].ToLowerInvariant();
            metadata[key] = value.ToString();
            size += key.Length + Encoding.UTF8.GetByteCount(metadata[key]);
        }
        if (size > MaxMetadataBytes)
            throw S3Errors.MetadataTooLarge();
        return new ObjectAttributes { Headers = headers, Metadata = metadata };
    }

    public static void Write(S3Request request, ObjectReader reader, bool isWhole)
    {
        var headers = request.Response.Headers;
        var attributes = reader.Attributes;
        headers.ContentType = DefaultContentType;
        foreach (var (name, value) in attributes.Headers)
            headers[name] = EncodeHeader(value);
        foreach (var (query, name) in s_overrides)
        {
            if (request.Query(query) is { } value)
                headers[name] = EncodeHeader(value);
        }
        foreach (var (name, value) in attributes.Metadata)
            headers[MetadataPrefix + name] = EncodeHeader(value);
        WriteValidators(request.Response, reader.Entry);
        headers.AcceptRanges = "bytes";
        // The checksum is for the whole object. Clients would compare it with the part that they receive.
        if (isWhole && "ENABLED".Equals(request.Header("x-amz-checksum-mode"), StringComparison.OrdinalIgnoreCase))
            WriteChecksum(headers, attributes);
    }

    /// <summary>Writes the headers with which clients validate a cached copy. A 304 response has them, too.</summary>
    public static void WriteValidators(HttpResponse response, ObjectEntry entry)
    {
        response.Headers.LastModified = entry.LastModified.ToString(
            "R",
            System.Globalization.CultureInfo.InvariantCulture
        );
        response.Headers.ETag = S3Xml.Quoted(entry.ETag);
    }

    public static void WriteChecksum(IHeaderDictionary headers, ObjectAttributes attributes)
    {
        if (attributes.Checksum is null)
            return;
        headers[Checksum.HeaderPrefix + attributes.ChecksumAlgorithm] = attributes.Checksum;
        headers["x-amz-checksum-type"] = attributes.ChecksumType;
    }

    /// <summary>Encodes text for a header, which is ASCII. S3 encodes other text as in RFC 2047.</summary>
    private static string EncodeHeader(string value)
    {
        if (value.Any(char.IsControl))
            value = string.Concat(value.Where(c => !char.IsControl(c)));
        return Encoding.UTF8.GetByteCount(value) == value.Length
            ? value
            : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";
    }
}
