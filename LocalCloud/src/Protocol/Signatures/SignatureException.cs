namespace LocalCloud.Protocol.Signatures;

/// <summary>Problems of a request's signature. Each protocol has its own error codes for them.</summary>
internal enum SignatureFault
{
    /// <summary>The request is not signed at all.</summary>
    Missing,

    /// <summary>The algorithm is not <c>AWS4-HMAC-SHA256</c>.</summary>
    UnsupportedAlgorithm,
    MissingPayloadHash,
    MalformedHeader,
    MalformedQuery,
    UnknownAccessKey,

    /// <summary>The request's time differs too much from this machine's.</summary>
    Skewed,

    /// <summary>The presigned URL has expired or is not valid yet.</summary>
    Expired,

    /// <summary>Headers that change the request's meaning are not signed.</summary>
    UnsignedHeaders,
    Mismatch,
}

/// <summary>The signature does not prove that the caller has the secret key.</summary>
internal sealed class SignatureException(SignatureFault fault, string message) : Exception(message)
{
    public SignatureFault Fault { get; } = fault;

    /// <summary>
    /// The string to sign that the server computed, for comparison. Null except for
    /// <see cref="SignatureFault.Mismatch"/>.
    /// </summary>
    public string? StringToSign { get; init; }

    /// <summary>The canonical request whose hash is in <see cref="StringToSign"/>.</summary>
    public string? CanonicalRequest { get; init; }

    /// <summary>
    /// Returns the error of JSON 1.1 services (Kinesis Data Streams API Reference, "Common Error Types").
    /// </summary>
    public AwsException ToJsonError() =>
        new(
            Fault switch
            {
                SignatureFault.Missing => "MissingAuthenticationTokenException",
                SignatureFault.UnknownAccessKey => "UnrecognizedClientException",
                SignatureFault.UnsupportedAlgorithm
                or SignatureFault.MalformedHeader
                or SignatureFault.MalformedQuery => "IncompleteSignatureException",
                _ => "InvalidSignatureException",
            },
            Fault switch
            {
                SignatureFault.Missing => "Missing Authentication Token",
                SignatureFault.UnknownAccessKey => "The security token included in the request is invalid.",
                _ => Message,
            }
        );
}
