using System.Globalization;
using System.Text;
using LocalCloud.Benchmarks;
using LocalCloud.Tests.Objects;

namespace LocalCloud.Tests.Fuzz;

/// <summary>Creates requests of all protocols with almost valid signatures, in headers and in queries.</summary>
internal sealed class SignedRequestFuzz(Random random) : IRequestFuzz
{
    private static readonly string s_now = DateTime.UtcNow.ToString(
        "yyyyMMdd'T'HHmmss'Z'",
        CultureInfo.InvariantCulture
    );
    private static readonly string s_zeros = new('0', 64);
    private static readonly string[] s_lines =
    [
        "POST /",
        "GET /",
        "GET /lake/k",
        "PUT /lake/k",
        "DELETE /lake/k",
        "GET /lake?list-type=2",
        "POST /lake?delete",
        "GET /%00",
        "PUT /lake/%ff",
        "GET /lake/../k",
        "PUT /lake/a%2Fb?x=%zz",
        "GET //",
        "POST /?Action=x",
    ];
    private static readonly string[] s_credentials =
    [
        $"{S3Client.AccessKeyId}/{s_now[..8]}/us-east-1/s3/aws4_request",
        $"{S3Client.AccessKeyId}/{s_now[..8]}/us-east-1/kinesis/aws4_request",
        $"{S3Client.AccessKeyId}/{s_now[..8]}/us-east-1/firehose/aws4_request",
        $"{S3Client.AccessKeyId}/20000101/us-east-1/s3/aws4_request",
        $"{S3Client.AccessKeyId}/x/us-east-1/s3/aws4_request",
        S3Client.AccessKeyId,
        "/////",
        "",
        "UNKNOWN/20260101/us-east-1/s3/aws4_request",
        $"{S3Client.AccessKeyId}/{s_now[..8]}//s3/aws4_request",
        $"{S3Client.AccessKeyId}/{s_now[..8]}/us-east-1/s3/aws5",
        new string('/', 3000),
    ];
    private static readonly string[] s_signedHeaders =
    [
        "host;x-amz-date",
        "host",
        "",
        ";",
        "host;host",
        "x-none;host",
        "HOST",
        "host;x-amz-content-sha256;x-amz-date",
        "content-length;host;x-amz-date;x-amz-target",
        new string(';', 3000),
    ];
    private static readonly string[] s_signatures =
    [
        s_zeros,
        "",
        "x",
        new string('g', 64),
        s_zeros[1..],
        new string('F', 64),
        new string('0', 5000),
        "\u00e9",
    ];
    private static readonly string[] s_times =
    [
        s_now,
        "",
        "x",
        "20000101T000000Z",
        "99991231T235959Z",
        "20260230T000000Z",
        s_now[..8],
    ];
    private static readonly string[] s_hashes =
    [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        s_zeros,
        "",
        "x",
    ];
    private static readonly string[] s_algorithms = ["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "AWS", "", "Basic"];

    public FuzzedRequest Next()
    {
        var (line, headers) = (Pick(s_lines), new List<string>());
        var (credential, signed, signature, time, algorithm) = (
            PickMostly(s_credentials),
            PickMostly(s_signedHeaders),
            PickMostly(s_signatures),
            PickMostly(s_times),
            PickMostly(s_algorithms)
        );
        if (random.Next(3) == 0)
        {
            string[] query =
            [
                $"X-Amz-Algorithm={algorithm}",
                $"X-Amz-Credential={Uri.EscapeDataString(credential)}",
                $"X-Amz-Date={time}",
                $"X-Amz-Expires={PickMostly(["60", "-1", "0", "604801", "x", "99999999999999999999", ""])}",
                $"X-Amz-SignedHeaders={Uri.EscapeDataString(signed)}",
                $"X-Amz-Signature={Uri.EscapeDataString(signature)}",
            ];
            line +=
                (line.Contains('?', StringComparison.Ordinal) ? '&' : '?')
                + string.Join('&', query.Where(_ => random.Next(12) > 0));
        }
        else
        {
            string[] parts = [$"Credential={credential}", $"SignedHeaders={signed}", $"Signature={signature}"];
            var separator = PickMostly([", ", ",", " ", ";"]);
            headers.Add($"Authorization: {algorithm} {string.Join(separator, parts.Where(_ => random.Next(12) > 0))}");
            headers.Add($"X-Amz-Date: {time}");
        }
        if (random.Next(3) > 0)
            headers.Add($"x-amz-content-sha256: {PickMostly(s_hashes)}");
        if (line.StartsWith("POST /", StringComparison.Ordinal) && random.Next(4) > 0)
            headers.Add($"X-Amz-Target: {ApiCalls.All[random.Next(ApiCalls.All.Count)].Target}");
        if (random.Next(6) == 0)
            headers.Add(
                Pick([
                    "Authorization: AWS4-HMAC-SHA256 Credential=x",
                    "Host: other",
                    "x-amz-date: x",
                    "Date: never",
                    "x-amz-security-token: x",
                    "x-amz-decoded-content-length: 4",
                ])
            );
        var request = RawConnection.Request(
            line,
            headers,
            Encoding.ASCII.GetBytes(
                Pick(["", "", "{}", "text", "4;chunk-signature=0\r\ntext\r\n0;chunk-signature=\r\n\r\n"])
            )
        );
        return random.Next(25) > 0
            ? new FuzzedRequest(request, IsFramed: true)
            : new FuzzedRequest(ApiRequestFuzz.Break(request, random), IsFramed: false);
    }

    private string Pick(string[] pieces) => pieces[random.Next(pieces.Length)];

    /// <summary>Mostly picks the first part, which is valid: a request with one mistake gets furthest.</summary>
    private string PickMostly(string[] pieces) => random.Next(5) > 0 ? pieces[0] : Pick(pieces);
}
