using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace LocalCloud.Protocol.Signatures;

/// <summary>A verified signature. The signatures of the body's chunks build on it.</summary>
internal sealed record VerifiedSignature(byte[] SigningKey, string Scope, string TimeText, string Signature);

/// <summary>
/// Verifies Signature Version 4 of requests with the configured access key. Without one, accepts every request.
/// </summary>
internal sealed class SignatureVerifier(IOptions<LocalCloudOptions> options, TimeProvider time)
{
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";
    private static readonly TimeSpan s_maxSkew = TimeSpan.FromMinutes(15);
    private readonly string? _accessKeyId = options.Value.AccessKeyId;
    private readonly SigningKeys? _keys = string.IsNullOrEmpty(options.Value.AccessKeyId)
        ? null
        : new SigningKeys(options.Value.SecretAccessKey!);

    public bool IsRequired => _keys is not null;

    /// <summary>Verifies a request whose body has been read.</summary>
    /// <exception cref="SignatureException">The request is not signed with the configured key for this
    /// service.</exception>
    public void Verify(HttpContext context, string service, ReadOnlySpan<byte> body)
    {
        if (_keys is null)
            return;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Verify(context, RequestSignature.Parse(context.Request), service, Convert.ToHexStringLower(hash), _keys);
    }

    /// <summary>
    /// Verifies a request before its body is read. The caller compares the body with
    /// <paramref name="payloadHash"/>. Returns null if no access key is configured.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="service">The service in the credential's scope.</param>
    /// <param name="payloadHash">The signed payload hash: a SHA-256 in hexadecimal digits or one of S3's constants.
    /// Null for presigned URLs.</param>
    /// <exception cref="SignatureException">The request is not signed with the configured key for this
    /// service.</exception>
    public VerifiedSignature? Verify(HttpContext context, string service, string? payloadHash)
    {
        if (_keys is null)
            return null;
        var signature = RequestSignature.Parse(context.Request);
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
        var canonicalHash = Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
        var stringToSign = string.Create(
            CultureInfo.InvariantCulture,
            $"{RequestSignature.Algorithm}\n{signature.TimeText}\n{signature.Scope}\n{canonicalHash}"
        );
        var key = keys.GetKey(signature.Scope);
        if (!Matches(signature.Signature, key, stringToSign))
        {
            throw new SignatureException(
                SignatureFault.Mismatch,
                "The request signature we calculated does not match the signature you provided. "
                    + "Check your key and signing method."
            )
            {
                StringToSign = stringToSign,
                CanonicalRequest = Encoding.UTF8.GetString(canonical.WrittenSpan),
            };
        }
        return new VerifiedSignature(key, signature.Scope, signature.TimeText, signature.Signature);
    }

    /// <summary>Compares signatures in constant time.</summary>
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
            if (now < signature.Time - s_maxSkew)
                throw new SignatureException(SignatureFault.Expired, "Request is not valid yet");
        }
        else if ((now - signature.Time).Duration() > s_maxSkew)
        {
            throw new SignatureException(
                SignatureFault.Skewed,
                signature.Time < now
                    ? $"Signature expired: {signature.TimeText} is now earlier than "
                        + $"{Format(now - s_maxSkew)} ({Format(now)} - 15 min.)"
                    : $"Signature not yet current: {signature.TimeText} is still later than "
                        + $"{Format(now + s_maxSkew)} ({Format(now)} + 15 min.)"
            );
        }

        static string Format(DateTimeOffset time) =>
            time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Rejects unsigned x-amz- headers. Anyone who sees a presigned URL could add them and change its meaning.
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
