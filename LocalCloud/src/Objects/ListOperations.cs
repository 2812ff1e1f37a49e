using System.Globalization;
using System.Text;
using System.Xml;
using LocalCloud.Objects.Storage;
using Microsoft.Extensions.Options;

namespace LocalCloud.Objects;

internal sealed class ListOperations(ObjectStore store, IOptions<LocalCloudOptions> options)
{
    private const int MaxPageSize = 1000;

    public Task ListV2Async(S3Request request)
    {
        var token = request.Query("continuation-token");
        var startAfter = request.Query("start-after");
        var query = Query(request) with { From = token is not null ? ParseToken(token) : GetKeyAfter(startAfter) };
        var page = Page(request, query);
        return S3Xml.WriteAsync(request, "ListBucketResult", xml =>
        {
            var text = Encoder(request);
            WriteStart(xml, request, query, page, text);
            xml.WriteElementString("KeyCount", S3Xml.Number(page.Objects.Count + page.CommonPrefixes.Count));
            if (token is not null)
                xml.WriteElementString("ContinuationToken", token);
            if (startAfter is not null)
                xml.WriteElementString("StartAfter", text(startAfter));
            if (page.Next is not null)
                xml.WriteElementString("NextContinuationToken", Convert.ToBase64String(page.Next));
            WriteItems(xml, page, text, withOwner: request.Query("fetch-owner") == "true");
        });
    }

    public Task ListV1Async(S3Request request)
    {
        var marker = request.Query("marker") ?? "";
        var query = Query(request);
        // A marker that is a common prefix, such as NextMarker, includes all keys under it.
        var key = ObjectStore.Key(marker);
        query = query with
        {
            From =
                key.AsSpan().StartsWith(query.Prefix)
                && ListPage.GetCommonPrefix(key, query) is { } commonPrefix
                && commonPrefix.Length == key.Length
                    ? ListPage.GetKeyAfterPrefix(key)
                    : GetKeyAfter(marker),
        };
        var page = Page(request, query);
        return S3Xml.WriteAsync(request, "ListBucketResult", xml =>
        {
            var text = Encoder(request);
            WriteStart(xml, request, query, page, text);
            xml.WriteElementString("Marker", text(marker));
            // Without a delimiter, clients use the last key as the marker, and the API sends no NextMarker.
            if (page.Next is not null && query.Delimiter.Length > 0)
                xml.WriteElementString("NextMarker", text(Text(Last(page))));
            WriteItems(xml, page, text, withOwner: true);
        });
    }

    private ListPage Page(S3Request request, ListQuery query)
    {
        if (query.MaxKeys > 0)
            return store.List(request.Bucket, query);
        store.CheckBucket(request.Bucket);
        return new ListPage([], [], null);
    }

    private static ListQuery Query(S3Request request)
    {
        var maxKeys = MaxPageSize;
        if (
            request.Query("max-keys") is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out maxKeys) || maxKeys < 0)
        )
            throw S3Errors.InvalidArgument("Provided max-keys not an integer or within integer range");
        if (request.Query("encoding-type") is { } encoding && encoding != "url")
            throw S3Errors.InvalidArgument("Invalid Encoding Method specified in Request");
        return new ListQuery
        {
            Prefix = ObjectStore.Key(request.Query("prefix") ?? ""),
            Delimiter = ObjectStore.Key(request.Query("delimiter") ?? ""),
            MaxKeys = Math.Min(maxKeys, MaxPageSize),
        };
    }

    private static byte[] GetKeyAfter(string? key) =>
        string.IsNullOrEmpty(key) ? [] : ListQuery.GetKeyAfter(ObjectStore.Key(key));

    private static byte[] ParseToken(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) && length > 0
            ? bytes[..length]
            : throw S3Errors.InvalidArgument("The continuation token provided is incorrect");
    }

    private static byte[] Last(ListPage page)
    {
        var key = page.Objects.Count == 0 ? [] : page.Objects[^1].Key;
        var prefix = page.CommonPrefixes.Count == 0 ? [] : page.CommonPrefixes[^1];
        return key.AsSpan().SequenceCompareTo(prefix) > 0 ? key : prefix;
    }

    public static Func<string, string> Encoder(S3Request request) =>
        request.Query("encoding-type") == "url"
            ? text => Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal)
            : text => text;

    private static string Text(byte[] key) => Encoding.UTF8.GetString(key);

    private static void WriteStart(
        XmlWriter xml,
        S3Request request,
        ListQuery query,
        ListPage page,
        Func<string, string> text
    )
    {
        xml.WriteElementString("Name", request.Bucket);
        xml.WriteElementString("Prefix", text(Text(query.Prefix)));
        if (query.Delimiter.Length > 0)
            xml.WriteElementString("Delimiter", text(Text(query.Delimiter)));
        xml.WriteElementString("MaxKeys", S3Xml.Number(query.MaxKeys));
        xml.WriteElementString("IsTruncated", page.Next is null ? "false" : "true");
        if (request.Query("encoding-type") is { } encoding)
            xml.WriteElementString("EncodingType", encoding);
    }

    private void WriteItems(XmlWriter xml, ListPage page, Func<string, string> text, bool withOwner)
    {
        foreach (var entry in page.Objects)
        {
            xml.WriteStartElement("Contents");
            xml.WriteElementString("Key", text(Text(entry.Key)));
            xml.WriteElementString("LastModified", S3Xml.Time(entry.LastModified));
            xml.WriteElementString("ETag", S3Xml.Quoted(entry.ETag));
            xml.WriteElementString("Size", S3Xml.Number(entry.Size));
            if (withOwner)
            {
                xml.WriteStartElement("Owner");
                xml.WriteElementString("ID", options.Value.AccountId);
                xml.WriteEndElement();
            }
            xml.WriteElementString("StorageClass", "STANDARD");
            xml.WriteEndElement();
        }
        foreach (var prefix in page.CommonPrefixes)
        {
            xml.WriteStartElement("CommonPrefixes");
            xml.WriteElementString("Prefix", text(Text(prefix)));
            xml.WriteEndElement();
        }
    }
}
