namespace LocalCloud.Protocol.Signatures;

/// <summary>What can be wrong with a request's signature. Each protocol has its own code for it.</summary>
internal enum SignatureFault
{
    /// <summary>The request is not signed at all.</summary>
    Missing,

    /// <summary>Signed by something other than <c>AWS4-HMAC-SHA256</c>.</summary>
    UnsupportedAlgorithm,
    MissingPayloadHash,
    MalformedHeader,
    MalformedQuery,
    UnknownAccessKey,

    /// <summary>The request's time and this machine's are too far apart.</summary>
    Skewed,

    /// <summary>The presigned URL's time is over, or has not come.</summary>
    Expired,

    /// <summary>Headers that change what the request means are not among the signed ones.</summary>
    UnsignedHeaders,
    Mismatch,
}

/// <summary>The request is not proven to come from who holds the secret key.</summary>
internal sealed class SignatureException(SignatureFault fault, string message) : Exception(message)
{
    public SignatureFault Fault { get; } = fault;

    /// <summary>
    /// What was signed, as computed here, for whoever has to find the difference; null but for
    /// <see cref="SignatureFault.Mismatch"/>.
    /// </summary>
    public string? StringToSign { get; init; }

    /// <summary>The request as it was hashed into <see cref="StringToSign"/>.</summary>
    public string? CanonicalRequest { get; init; }

    /// <summary>
    /// In the names of the JSON 1.1 services (Kinesis Data Streams API Reference, "Common Error Types").
    /// </summary>
    public AwsException OfJson() =>
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
