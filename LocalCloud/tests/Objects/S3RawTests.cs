using System.Text;
using LocalCloud.Objects.Bodies;
using Xunit;

namespace LocalCloud.Tests.Objects;

/// <summary>Tests requests that no client sends, and false checksums and lengths.</summary>
[SystemTest]
public sealed class S3RawTests
{
    private const string Signed = "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    private const string UnsignedTrailer = "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    [Theory]
    [InlineData("crc32", "y/Q5Jg==")]
    [InlineData("crc32c", "4waSgw==")]
    [InlineData("crc64nvme", "rosUhgp5mIg=")]
    [InlineData("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    [InlineData("sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=")]
    public void Checksums_match_the_published_check_values(string algorithm, string expected)
    {
        using var whole = Checksum.Create(algorithm)!;
        whole.Append("123456789"u8);
        Assert.Equal(expected, Convert.ToBase64String(whole.Value()));
        using var pieces = Checksum.Create(algorithm)!;
        pieces.Append("1"u8);
        pieces.Append("2345678"u8);
        pieces.Append("9"u8);
        Assert.Equal(expected, Convert.ToBase64String(pieces.Value()));
    }

    public static TheoryData<string, string[], string, int, string> Bodies =>
        new()
        {
            {
                "signed chunks",
                [Signed, "x-amz-decoded-content-length: 7"],
                "4;chunk-signature=ab\r\n1234\r\n3;chunk-signature=cd\r\n567\r\n0;chunk-signature=ef\r\n\r\n",
                200,
                "1234567"
            },
            {
                "a trailing checksum",
                [UnsignedTrailer, "x-amz-trailer: x-amz-checksum-crc32", "x-amz-decoded-content-length: 9"],
                "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
                200,
                "123456789"
            },
            {
                "a trailing CRC-32C after signed chunks",
                [
                    "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                    "x-amz-trailer: x-amz-checksum-crc32c",
                    "x-amz-decoded-content-length: 9",
                ],
                "9;chunk-signature=ab\r\n123456789\r\n0;chunk-signature=cd\r\n"
                    + "x-amz-checksum-crc32c:4waSgw==\r\nx-amz-trailer-signature:ef\r\n\r\n",
                200,
                "123456789"
            },
            {
                "a trailing CRC-64/NVME",
                [UnsignedTrailer, "x-amz-trailer: x-amz-checksum-crc64nvme", "x-amz-decoded-content-length: 9"],
                "9\r\n123456789\r\n0\r\nx-amz-checksum-crc64nvme:rosUhgp5mIg=\r\n\r\n",
                200,
                "123456789"
            },
            { "a checksum header", ["x-amz-checksum-crc64nvme: rosUhgp5mIg="], "123456789", 200, "123456789" },
            {
                "an empty body",
                [UnsignedTrailer, "x-amz-trailer: x-amz-checksum-crc32", "x-amz-decoded-content-length: 0"],
                "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
                200,
                ""
            },
            {
                "a trailing checksum of other content",
                [UnsignedTrailer, "x-amz-trailer: x-amz-checksum-crc32", "x-amz-decoded-content-length: 9"],
                "9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
                400,
                "BadDigest"
            },
            {
                "an announced trailer that does not come",
                [UnsignedTrailer, "x-amz-trailer: x-amz-checksum-crc32", "x-amz-decoded-content-length: 1"],
                "1\r\n1\r\n0\r\n\r\n",
                400,
                "MalformedTrailerError"
            },
            { "a trailer without chunks", ["x-amz-trailer: x-amz-checksum-crc32"], "1", 400, "InvalidRequest" },
            {
                "a checksum header of other content",
                ["x-amz-checksum-crc32c: 4waSgw=="],
                "123456780",
                400,
                "BadDigest"
            },
            { "a checksum of the wrong size", ["x-amz-checksum-crc32: AAAA"], "1", 400, "InvalidRequest" },
            {
                "two checksums",
                ["x-amz-checksum-crc32: y/Q5Jg==", "x-amz-checksum-crc32c: 4waSgw=="],
                "123456789",
                400,
                "InvalidRequest"
            },
            { "an MD5 of other content", ["Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="], "1", 400, "BadDigest" },
            { "an MD5 that is none", ["Content-MD5: nonsense"], "1", 400, "InvalidDigest" },
            {
                "a SHA-256 of other content",
                [$"x-amz-content-sha256: {new string('0', 64)}"],
                "1",
                400,
                "XAmzContentSHA256Mismatch"
            },
            {
                "less than announced",
                [Signed, "x-amz-decoded-content-length: 8"],
                "4\r\n1234\r\n0\r\n\r\n",
                400,
                "IncompleteBody"
            },
            {
                "more than announced",
                [Signed, "x-amz-decoded-content-length: 3"],
                "4\r\n1234\r\n0\r\n\r\n",
                400,
                "IncompleteBody"
            },
            { "no announced length", [Signed], "0\r\n\r\n", 411, "MissingContentLength" },
            {
                "a length that is no number",
                [Signed, "x-amz-decoded-content-length: -1"],
                "0\r\n\r\n",
                400,
                "InvalidArgument"
            },
            { "no end", [Signed, "x-amz-decoded-content-length: 4"], "4\r\n1234\r\n", 400, "IncompleteBody" },
            {
                "an end inside a chunk",
                [Signed, "x-amz-decoded-content-length: 9"],
                "9\r\n1234",
                400,
                "IncompleteBody"
            },
            { "an end inside a size", [Signed, "x-amz-decoded-content-length: 9"], "9", 400, "IncompleteBody" },
            {
                "a size that is none",
                [Signed, "x-amz-decoded-content-length: 4"],
                "four\r\n1234\r\n0\r\n\r\n",
                400,
                "InvalidRequest"
            },
            {
                "a negative size",
                [Signed, "x-amz-decoded-content-length: 4"],
                "-4\r\n1234\r\n0\r\n\r\n",
                400,
                "InvalidRequest"
            },
            {
                "a size beyond counting",
                [Signed, "x-amz-decoded-content-length: 4"],
                "ffffffffffffffff\r\n1234\r\n0\r\n\r\n",
                400,
                "InvalidRequest"
            },
            {
                "a chunk longer than its size",
                [Signed, "x-amz-decoded-content-length: 4"],
                "4\r\n12345\r\n0\r\n\r\n",
                400,
                "InvalidRequest"
            },
            {
                "content after the end",
                [Signed, "x-amz-decoded-content-length: 1"],
                "1\r\n1\r\n0\r\n\r\nmore\r\n",
                400,
                "InvalidRequest"
            },
            {
                "an endless line",
                [Signed, "x-amz-decoded-content-length: 1"],
                new string('1', 20_000),
                400,
                "InvalidRequest"
            },
            { "a tag, which would be lost", ["x-amz-tagging: a=b"], "1", 501, "NotImplemented" },
        };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_decoded_verified_and_stored_or_rejected(
        string what,
        string[] headers,
        string body,
        int status,
        string expected
    )
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var answer = await S3Client.SendAsync(
            server.Url,
            ["PUT /lake/k HTTP/1.1", $"Content-Length: {body.Length}", .. headers],
            body
        );

        Assert.True(status == answer.Status, $"{what}: {answer.Status} {answer.Body}");
        if (status == 200)
        {
            Assert.Equal(expected, Encoding.UTF8.GetString(await S3ObjectsTests.ReadAsync(client, "lake", "k")));
            return;
        }
        Assert.Contains($"<Code>{expected}</Code>", answer.Body);
        Assert.Equal(404, (await S3Client.SendAsync(server.Url, ["GET /lake/k HTTP/1.1"])).Status);
        Assert.Empty(
            Directory.EnumerateFiles(
                Path.Combine(server.DataFolder, "objects", "data"),
                "*",
                SearchOption.AllDirectories
            )
        );
    }

    [Fact]
    public async Task A_connection_that_closes_early_stores_nothing()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var answer = await S3Client.SendAsync(
            server.Url,
            ["PUT /lake/k HTTP/1.1", "Content-Length: 100"],
            "half",
            endAfter: true
        );
        Assert.NotEqual(200, answer.Status);
        Assert.Equal(404, (await S3Client.SendAsync(server.Url, ["GET /lake/k HTTP/1.1"])).Status);
    }

    [Theory]
    [InlineData("/lake/../../../etc/escape")]
    [InlineData("/lake/%2e%2e/%2E%2E/escape")]
    [InlineData("/lake/..%2f..%2fescape")]
    [InlineData("/lake/../_health")]
    [InlineData("/lake/a/./b//c/")]
    [InlineData("/lake//absolute")]
    [InlineData("/lake/C:%5Cwindows%5Cescape")]
    public async Task A_path_with_dots_is_a_key_like_any_other(string path)
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var before = Directory.GetFileSystemEntries(server.DataFolder);
        Assert.Equal(
            200,
            (await S3Client.SendAsync(server.Url, [$"PUT {path} HTTP/1.1", "Content-Length: 2"], "it")).Status
        );
        Assert.Equal((200, "it"), await S3Client.SendAsync(server.Url, [$"GET {path} HTTP/1.1"]));

        var key = Uri.UnescapeDataString(path["/lake/".Length..]);
        Assert.Equal(
            [key],
            (
                await client.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = "lake" })
            ).S3Objects.Select(item => item.Key)
        );
        Assert.Equal(before, Directory.GetFileSystemEntries(server.DataFolder));
    }

    [Theory]
    [InlineData("GET /lake/%ff HTTP/1.1", 400, "InvalidURI")]
    [InlineData("GET /lake/%zz HTTP/1.1", 400, "")]
    [InlineData("GET /lake/none HTTP/1.1", 404, "NoSuchKey")]
    [InlineData("GET /none/k HTTP/1.1", 404, "NoSuchBucket")]
    [InlineData("POST /lake/k HTTP/1.1", 405, "MethodNotAllowed")]
    [InlineData("PATCH /lake HTTP/1.1", 405, "MethodNotAllowed")]
    [InlineData("GET /lake?versioning HTTP/1.1", 200, "")]
    [InlineData("GET /lake?policy HTTP/1.1", 404, "NoSuchBucketPolicy")]
    [InlineData("GET /lake?lifecycle HTTP/1.1", 404, "NoSuchLifecycleConfiguration")]
    [InlineData("GET /none?versioning HTTP/1.1", 404, "NoSuchBucket")]
    [InlineData("GET /lake/none?acl HTTP/1.1", 404, "NoSuchKey")]
    [InlineData("GET /lake?location HTTP/1.1", 200, "")]
    [InlineData("PUT /lake?versioning HTTP/1.1", 501, "NotImplemented")]
    [InlineData("GET /lake?versions HTTP/1.1", 501, "NotImplemented")]
    [InlineData("PUT /lake/k?acl HTTP/1.1", 501, "NotImplemented")]
    [InlineData("GET /lake?list-type=2&max-keys=-1 HTTP/1.1", 400, "InvalidArgument")]
    [InlineData("POST /lake?delete HTTP/1.1", 400, "MalformedXML")]
    [InlineData("HEAD /lake/none HTTP/1.1", 404, "")]
    [InlineData("GET /_none HTTP/1.1", 404, "")]
    [InlineData("GET /_health HTTP/1.1", 200, "")]
    public async Task Invalid_requests_return_S3_error_codes(string request, int status, string code)
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        var answer = await S3Client.SendAsync(server.Url, [request, "Content-Length: 0"]);
        Assert.Equal(status, answer.Status);
        Assert.Contains(code.Length == 0 ? "" : $"<Code>{code}</Code>", answer.Body);
        if (request.StartsWith("HEAD", StringComparison.Ordinal))
            Assert.Equal("", answer.Body);
    }

    [Fact]
    public async Task Keys_are_limited_to_1024_bytes()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var client = await S3Client.WithBucketAsync(server, "lake");
        Assert.Equal(
            200,
            (
                await S3Client.SendAsync(
                    server.Url,
                    [$"PUT /lake/{new string('k', 1024)} HTTP/1.1", "Content-Length: 0"]
                )
            ).Status
        );
        var answer = await S3Client.SendAsync(
            server.Url,
            [$"PUT /lake/{new string('k', 1025)} HTTP/1.1", "Content-Length: 0"]
        );
        Assert.Equal(400, answer.Status);
        Assert.Contains("<Code>KeyTooLongError</Code>", answer.Body);
    }
}
