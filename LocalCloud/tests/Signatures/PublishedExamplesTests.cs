using System.Text;
using LocalCloud.Protocol.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Signatures;

/// <summary>
/// Tests the signatures that AWS publishes ("Authenticating requests: using the Authorization header", "… query
/// parameters", "… chunked upload").
/// </summary>
[Fast]
public sealed class PublishedExamplesTests
{
    private const string EmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Scope = "20130524/us-east-1/s3/aws4_request";
    private static readonly DateTimeOffset s_then = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes(new string('a', 66 * 1024));

    [Theory]
    [InlineData(
        "GET",
        "/test.txt",
        EmptySha256,
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )]
    [InlineData(
        "PUT",
        "/test%24file.text",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )]
    [InlineData(
        "PUT",
        "/test$file.text",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )]
    [InlineData(
        "GET",
        "/?lifecycle",
        EmptySha256,
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    )]
    [InlineData(
        "GET",
        "/?max-keys=2&prefix=J",
        EmptySha256,
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )]
    [InlineData(
        "GET",
        "/?prefix=%4a&max-keys=2",
        EmptySha256,
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )]
    public void A_header_has_the_published_signature(
        string method,
        string target,
        string payloadHash,
        string signedHeaders,
        string signature
    )
    {
        var request = Request(method, target);
        request.Request.Headers.Date = "Fri, 24 May 2013 00:00:00 GMT";
        request.Request.Headers["x-amz-date"] = "20130524T000000Z";
        request.Request.Headers["x-amz-content-sha256"] = payloadHash;
        if (signedHeaders.Contains("range", StringComparison.Ordinal))
            request.Request.Headers.Range = "bytes=0-9";
        if (signedHeaders.Contains("storage", StringComparison.Ordinal))
            request.Request.Headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
        request.Request.Headers.Authorization =
            $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{Scope},SignedHeaders={signedHeaders},"
            + $"Signature={signature}";

        Assert.Equal(signature, Verifier().Verify(request, "s3", payloadHash)!.Signature);
        request.Request.Method = "DELETE";
        Assert.Equal(
            SignatureFault.Mismatch,
            Assert.Throws<SignatureException>(() => Verifier().Verify(request, "s3", payloadHash)).Fault
        );
    }

    [Fact]
    public void A_presigned_URL_is_valid_until_it_expires()
    {
        var request = Request(
            "GET",
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + $"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F{Uri.EscapeDataString(Scope)}"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
        Assert.NotNull(Verifier(s_then.AddDays(1)).Verify(request, "s3", payloadHash: null));
        Assert.Equal(
            SignatureFault.Expired,
            Assert
                .Throws<SignatureException>(() =>
                    Verifier(s_then.AddDays(1).AddSeconds(1)).Verify(request, "s3", payloadHash: null)
                )
                .Fault
        );
        Assert.Equal(
            SignatureFault.Expired,
            Assert
                .Throws<SignatureException>(() =>
                    Verifier(s_then.AddMinutes(-16)).Verify(request, "s3", payloadHash: null)
                )
                .Fault
        );
    }

    [Fact]
    public void Signed_chunks_have_the_published_signatures()
    {
        using var chunks = Chunks("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        chunks.Append(s_content.AsSpan(0, 65536));
        chunks.EndChunk("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
        chunks.Append(s_content.AsSpan(0, 1000));
        chunks.Append(s_content.AsSpan(0, 24));
        chunks.EndChunk("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
        chunks.EndChunk("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    }

    [Fact]
    public void Signed_chunks_with_a_signed_trailer_have_the_published_signatures()
    {
        using var chunks = Chunks("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
        chunks.Append(s_content.AsSpan(0, 65536));
        chunks.EndChunk("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
        chunks.Append(s_content.AsSpan(0, 1024));
        chunks.EndChunk("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
        chunks.EndChunk("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
        chunks.EndTrailers(
            [new("x-amz-checksum-crc32c", "sOO8/Q==")],
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
        );
    }

    [Fact]
    public void Changed_chunks_missing_signatures_and_changed_trailers_are_detected()
    {
        using var changed = Chunks("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        changed.Append(s_content.AsSpan(0, 65535));
        changed.Append("b"u8);
        Assert.Throws<SignatureException>(() =>
            changed.EndChunk("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
        );
        Assert.Throws<SignatureException>(() => changed.EndChunk(null));
        Assert.Throws<SignatureException>(() =>
            changed.EndTrailers(
                [new("x-amz-checksum-crc32c", "sOO8/Q==")],
                "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"
            )
        );
    }

    private static ChunkSignatures Chunks(string seed) =>
        new(
            new VerifiedSignature(
                new SigningKeys("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").GetKey(Scope),
                Scope,
                "20130524T000000Z",
                seed
            )
        );

    private static SignatureVerifier Verifier(DateTimeOffset? now = null) =>
        new(
            Options.Create(
                new LocalCloudOptions
                {
                    AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
                    SecretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                }
            ),
            new FakeTimeProvider(now ?? s_then)
        );

    private static DefaultHttpContext Request(string method, string target)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Request.Method = method;
        context.Request.QueryString = new QueryString(
            target.IndexOf('?') is >= 0 and var query ? target[query..] : null
        );
        context.Request.Headers.Host = "examplebucket.s3.amazonaws.com";
        return context;
    }
}
