using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace LocalCloud.Protocol.Signatures;

/// <summary>A signature that was verified, from which those of the body's chunks go on.</summary>
internal sealed record VerifiedSignature(byte[] SigningKey, string Scope, string TimeText, string Signature);

/// <summary>
/// Verifies Signature Version 4 of requests by the configured access key. Without one, every request is taken, signed
/// or not.
/// </summary>
internal sealed class SignatureVerifier(IOptions<LocalCloudOptions> options, TimeProvider time)
{
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";
    private static readonly TimeSpan s_largestSkew = TimeSpan.FromMinutes(15);
    private readonly string? _accessKeyId = options.Value.AccessKeyId;
    private readonly SigningKeys? _keys = string.IsNullOrEmpty(options.Value.AccessKeyId)
        ? null
        : new SigningKeys(options.Value.SecretAccessKey!);

    public bool IsRequired => _keys is not null;

    /// <summary>Verifies a request whose body is at hand.</summary>
    /// <exception cref="SignatureException">It is not signed, or not by the configured key for this
    /// service.</exception>
    public void Verify(HttpContext context, string service, ReadOnlySpan<byte> body)
    {
        if (_keys is null)
            return;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Verify(context, RequestSignature.Of(context.Request), service, Convert.ToHexStringLower(hash), _keys);
    }

    /// <summary>
    /// Verifies a request whose body comes later, to be held against <paramref name="payloadHash"/> by the caller.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="service">As in the credential's scope.</param>
    /// <param name="payloadHash">What the signature has to stand for it: a SHA-256 in hex, or one of S3's words.
    /// Presigned URLs come without.</param>
    /// <returns>Null where any request is taken.</returns>
    /// <exception cref="SignatureException">It is not signed, or not by the configured key for this
    /// service.</exception>
    public VerifiedSignature? Verify(HttpContext context, string service, string? payloadHash)
    {
        if (_keys is null)
            return null;
        var signature = RequestSignature.Of(context.Request);
        if (payloadHash is null && !signature.IsPresigned)
            throw new SignatureException(
                SignatureFault.MissingPayloadHash,
                "Missing required header for this request: x-amz-content-sha256"
            );
        return Verify(context, signature, service, payloadHash ?? UnsignedPayload, _keys);
    }

    private VerifiedSignature Verify(
        HttpContext context,
        RequestSignature signature,
        string service,
        string payloadHash,
        SigningKeys keys
    )
    {
        if (signature.Service != service)
            throw new SignatureException(
                signature.IsPresigned ? SignatureFault.MalformedQuery : SignatureFault.MalformedHeader,
                $"Credential should be scoped to correct service: '{service}'."
            );
        if (signature.AccessKeyId != _accessKeyId)
            throw new SignatureException(
                SignatureFault.UnknownAccessKey,
                "The AWS Access Key Id you provided does not exist in our records."
            );
        CheckTime(signature);
        CheckSignedHeaders(context.Request, signature);

        using var canonical = new PooledBuffer();
        CanonicalRequest.Write(canonical, context, signature, payloadHash);
        var stringToSign = string.Create(
            CultureInfo.InvariantCulture,
            $"{RequestSignature.Algorithm}\n{signature.TimeText}\n{signature.Scope}\n{Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan))}"
        );
        var key = keys.Of(signature.Scope);
        if (!Matches(signature.Signature, key, stringToSign))
        {
            throw new SignatureException(
                SignatureFault.Mismatch,
                "The request signature we calculated does not match the signature you provided. Check your key and signing method."
            )
            {
                StringToSign = stringToSign,
                CanonicalRequest = Encoding.UTF8.GetString(canonical.WrittenSpan),
            };
        }
        return new VerifiedSignature(key, signature.Scope, signature.TimeText, signature.Signature);
    }

    /// <summary>Takes the same time wherever the two differ.</summary>
    public static bool Matches(ReadOnlySpan<char> signature, byte[] key, string stringToSign)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(stringToSign), expected);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return signature.Length == 2 * given.Length
            && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }

    private void CheckTime(RequestSignature signature)
    {
        var now = time.GetUtcNow();
        if (signature.ExpiresAfter is { } expiresAfter)
        {
            if (now > signature.Time + expiresAfter)
                throw new SignatureException(SignatureFault.Expired, "Request has expired");
            if (now < signature.Time - s_largestSkew)
                throw new SignatureException(SignatureFault.Expired, "Request is not valid yet");
        }
        else if ((now - signature.Time).Duration() > s_largestSkew)
        {
            throw new SignatureException(
                SignatureFault.Skewed,
                signature.Time < now
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"Signature expired: {signature.TimeText} is now earlier than {now - s_largestSkew:yyyyMMdd'T'HHmmss'Z'} ({now:yyyyMMdd'T'HHmmss'Z'} - 15 min.)"
                    )
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"Signature not yet current: {signature.TimeText} is still later than {now + s_largestSkew:yyyyMMdd'T'HHmmss'Z'} ({now:yyyyMMdd'T'HHmmss'Z'} + 15 min.)"
                    )
            );
        }
    }

    /// <summary>
    /// An x-amz- header that is not signed could be added by anyone who sees a presigned URL, and make another request
    /// of it.
    /// </summary>
    private static void CheckSignedHeaders(HttpRequest request, RequestSignature signature)
    {
        foreach (var (name, _) in request.Headers)
        {
            if (
                name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)
                && !IsSigned(name, signature.SignedHeaders)
            )
                throw new SignatureException(
                    SignatureFault.UnsignedHeaders,
                    $"There were headers present in the request which were not signed: {name.ToLowerInvariant()}"
                );
        }

        static bool IsSigned(string name, string signedHeaders)
        {
            foreach (var range in signedHeaders.AsSpan().Split(';'))
            {
                if (signedHeaders.AsSpan()[range].Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
            return false;
        }
    }
}
