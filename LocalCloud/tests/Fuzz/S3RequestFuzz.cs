using System.Text;

namespace LocalCloud.Tests.Fuzz;

/// <summary>Creates S3 requests from plausible parts, and breaks some of them.</summary>
internal sealed class S3RequestFuzz(Random random) : IRequestFuzz
{
    private static readonly string[] s_methods =
    [
        "GET",
        "GET",
        "HEAD",
        "PUT",
        "PUT",
        "PUT",
        "POST",
        "POST",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "BREW",
    ];
    private static readonly string[] s_paths =
    [
        "/lake/k",
        "/lake/k",
        "/lake",
        "/lake/",
        "/",
        "//",
        "/lake/../../escape",
        "/lake/%2e%2e%2f%2e%2e%2fescape",
        "/../escape",
        "/%2e%2e/escape",
        "/lake/%00",
        "/lake/%ff",
        "/lake/%",
        "/lake/%zz",
        "/LAKE",
        "/a",
        "/..",
        "/lake/" + new string('x', 1100),
        "/127.0.0.1/k",
        "/lake/\u00fc",
        "/_x",
        "/lake/C:\\x",
        "*",
        "lake",
        "http://other/lake/k",
    ];
    private static readonly string[] s_queries =
    [
        "uploads",
        "uploadId=x",
        "uploadId=x&partNumber=1",
        "uploadId=&partNumber=0",
        "partNumber=99999",
        "partNumber=-1",
        "delete",
        "list-type=2",
        "list-type=2&max-keys=x",
        "list-type=2&max-keys=99999999999",
        "list-type=2&continuation-token=%ff",
        "list-type=2&continuation-token=AAA",
        "list-type=2&delimiter=%2F&prefix=%00",
        "marker=%f0%9f",
        "encoding-type=none",
        "acl",
        "versioning",
        "versions",
        "policy",
        "tagging",
        "location",
        "attributes",
        "X-Amz-Signature=1",
        "X-Amz-Algorithm=x&X-Amz-Expires=-5",
        "response-content-type=a%0d%0ab",
        "response-expires=%01",
        "%",
        "=",
        "&&&",
        "select&select-type=2",
        "x-id=PutObject",
        "max-uploads=0",
        "uploads&max-uploads=1&key-marker=%ff",
    ];
    private static readonly string[] s_headers =
    [
        "Range: bytes=0-",
        "Range: bytes=9-1",
        "Range: bytes=-",
        "Range: bytes=99999999999999999999-",
        "Range: bytes=-0",
        "If-Match: *",
        "If-Match: \"",
        "If-None-Match: *",
        "If-None-Match: \"x\"",
        "If-Modified-Since: never",
        "If-Range: \"x\"",
        "x-amz-copy-source: lake/k",
        "x-amz-copy-source: /",
        "x-amz-copy-source: ../../etc/passwd",
        "x-amz-copy-source: %",
        "x-amz-copy-source: lake/%ff",
        "x-amz-copy-source-range: bytes=0-0",
        "x-amz-copy-source-range: bytes=5-99",
        "x-amz-copy-source-range: x",
        "x-amz-metadata-directive: REPLACE",
        "x-amz-metadata-directive: x",
        "x-amz-content-sha256: UNSIGNED-PAYLOAD",
        "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-content-sha256: zz",
        "x-amz-decoded-content-length: 4",
        "x-amz-decoded-content-length: -4",
        "x-amz-decoded-content-length: 99999999999999999999",
        "x-amz-trailer: x-amz-checksum-crc32",
        "x-amz-trailer: x-amz-checksum-none",
        "Content-Encoding: aws-chunked",
        "Content-Encoding: aws-chunked,gzip",
        "x-amz-checksum-crc32: AAAA",
        "x-amz-checksum-crc32: AAAAAA==",
        "x-amz-checksum-sha256: \u00e4",
        "x-amz-checksum-algorithm: NONE",
        "x-amz-checksum-algorithm: CRC32",
        "x-amz-checksum-type: FULL_OBJECT",
        "x-amz-sdk-checksum-algorithm: x",
        "Content-MD5: x",
        "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==",
        "x-amz-meta-a: \u00e4\u00f6",
        "x-amz-meta-: x",
        "x-amz-meta-b:",
        "x-amz-acl: public-read",
        "x-amz-mp-object-size: x",
        "x-amz-object-attributes: ETag,ObjectSize",
        "x-amz-object-attributes: x",
        "Authorization: AWS4-HMAC-SHA256 x",
        "Authorization: x",
        "Expect: 100-continue",
        "Expires: \u0001",
        "Content-Type: text/\u00fc",
        "Transfer-Encoding: chunked",
        "Content-Length: 5",
        "Content-Length: x",
        "Host: x y",
        "Range: lines=1-2",
        "x-amz-meta-c: " + new string('m', 3000),
        "x-amz-tagging: a=b",
        "x-amz-checksum-mode: ENABLED",
    ];
    private static readonly string[] s_bodies =
    [
        "",
        "",
        "text",
        "4\r\ntext\r\n0\r\n\r\n",
        "4;chunk-signature=x\r\ntext\r\n0;chunk-signature=\r\n\r\n",
        "ffffffff\r\n",
        "4\r\ntext\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
        "0\r\n:\r\n\r\n",
        "<Delete><Object><Key>k2</Key></Object></Delete>",
        "<Delete><Object></Object></Delete>",
        "<Delete><Object><Key>../../x</Key><ETag>x</ETag></Object></Delete>",
        "<Delete",
        "<Delete/>",
        "<Delete><Quiet>maybe</Quiet></Delete>",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><PartNumber>99999999999</PartNumber></Part></CompleteMultipartUpload>",
        "<CompleteMultipartUpload><Part><ChecksumCRC32></ChecksumCRC32></Part></CompleteMultipartUpload>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><Delete>&b;</Delete>",
        "<CreateBucketConfiguration/>",
        "<other/>",
        "\0\0\0",
        "&#0;",
    ];

    public FuzzedRequest Next() => new(Bytes(), IsFramed: false);

    private byte[] Bytes()
    {
        var body = Pick(s_bodies);
        var target = Pick(s_paths) + (random.Next(2) == 0 ? "?" + Pick(s_queries) : "");
        var lines = new List<string> { $"{Pick(s_methods)} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close" };
        if (random.Next(8) > 0)
            lines.Add($"Content-Length: {Encoding.Latin1.GetByteCount(body)}");
        for (var i = random.Next(4); i > 0; i--)
            lines.Add(Pick(s_headers));
        var request = Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n" + body);
        if (random.Next(4) > 0)
            return request;
        // Change some bytes or cut off the end.
        for (var i = random.Next(3); i >= 0; i--)
            request[random.Next(request.Length)] = (byte)random.Next(256);
        return random.Next(2) == 0 ? request : request[..random.Next(1, request.Length)];
    }

    private string Pick(string[] pieces) => pieces[random.Next(pieces.Length)];
}
