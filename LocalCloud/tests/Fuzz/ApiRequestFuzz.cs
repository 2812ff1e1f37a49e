using System.Text;
using LocalCloud.Benchmarks;

namespace LocalCloud.Tests.Fuzz;

/// <summary>Creates requests with a mostly valid head and a broken body.</summary>
/// <param name="random">A seeded generator.</param>
/// <param name="contentType">The content type of the body.</param>
/// <param name="body">Creates a body for a call.</param>
internal sealed class ApiRequestFuzz(
    Random random,
    string contentType,
    Func<System.Text.Json.Nodes.JsonNode, byte[]> body
) : IRequestFuzz
{
    private static readonly string[] s_targets =
    [
        "",
        ".",
        "Kinesis_20131202",
        "Kinesis_20131202.",
        "Kinesis_20131202.Nothing",
        "Kinesis_20131202.putrecord",
        ".PutRecord",
        "Firehose_20150804.PutRecords",
        "DynamoDB_20120810.GetItem",
        "a.b.c.d",
        "Kinesis_20131202.Put Record",
        "Kinesis_20131202.\u00e9",
        new string('x', 5000),
    ];
    private static readonly string[] s_headers =
    [
        "Content-Type: text/plain",
        "Content-Type: ",
        "Content-Type: application/x-amz-cbor-1.1",
        "Content-Type: application/x-amz-json-1.0; charset=utf-7",
        "Accept: */*",
        "Content-Encoding: gzip",
        "X-Amz-Date: never",
        "Authorization: AWS4-HMAC-SHA256 x",
        "Authorization: \u00ff",
        "x-amz-content-sha256: zz",
        "x-amz-security-token: x",
        "amz-sdk-request: attempt=x",
        "Cookie: " + new string('c', 4000),
        "x-localcloud-fault: 1",
    ];

    public FuzzedRequest Next()
    {
        var (target, call) = ApiCalls.All[random.Next(ApiCalls.All.Count)];
        if (random.Next(30) == 0)
            target = s_targets[random.Next(s_targets.Length)];
        List<string> headers = [$"X-Amz-Target: {target}", $"Content-Type: {contentType}"];
        if (random.Next(20) == 0)
            headers[random.Next(2)] = s_headers[random.Next(s_headers.Length)];
        var request = RawConnection.Request(random.Next(50) == 0 ? "POST /?a=%zz&=" : "POST /", headers, body(call));
        return random.Next(25) > 0
            ? new FuzzedRequest(request, IsFramed: true)
            : new FuzzedRequest(Break(request, random), IsFramed: false);
    }

    /// <summary>Changes some bytes, cuts off the end, or adds more bytes than the head announces.</summary>
    public static byte[] Break(byte[] request, Random random)
    {
        var end = random.Next(3) switch
        {
            0 => random.Next(1, request.Length),
            _ => request.Length,
        };
        var broken = request[..end];
        for (var i = random.Next(3); i >= 0; i--)
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? [.. broken, .. Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n")] : broken;
    }
}
