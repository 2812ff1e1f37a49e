using System.Globalization;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// The unverified signature of a request, from its Authorization header or (presigned) its query.
/// </summary>
internal sealed record RequestSignature
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Unsupported =
        $"The authorization mechanism you have provided is not supported. Please use {Algorithm}.";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Terminator = "aws4_request";
    private const int MaxPresignedSeconds = 7 * 24 * 60 * 60; // S3's limit.
    private const int MaxSignedHeaders = 100;

    public required string AccessKeyId { get; init; }

    /// <summary>Date, region, service and <c>aws4_request</c>, separated by slashes.</summary>
    public required string Scope { get; init; }
    public required string Service { get; init; }

    /// <summary>Names in lower case, sorted, separated by semicolons.</summary>
    public required string SignedHeaders { get; init; }

    /// <summary>The signature in hexadecimal digits.</summary>
    public required string Signature { get; init; }

    /// <summary>The request's time in the form that was signed.</summary>
    public required string TimeText { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>Lifetime of a presigned URL; null if the signature is in the header.</summary>
    public TimeSpan? ExpiresAfter { get; init; }
    public bool IsPresigned => ExpiresAfter is not null;

    /// <exception cref="SignatureException">The signature is missing or not Signature Version 4.</exception>
    public static RequestSignature Parse(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString() is { Length: > 0 } header)
            return ParseHeader(request, header);
        if (request.Query.ContainsKey("X-Amz-Algorithm") || request.Query.ContainsKey("X-Amz-Signature"))
            return ParseQuery(request.Query);
        if (request.Query.ContainsKey("AWSAccessKeyId"))
            throw new SignatureException(SignatureFault.UnsupportedAlgorithm, Unsupported); // Signature Version 2
        throw new SignatureException(SignatureFault.Missing, "The request is not signed.");
    }

    private static RequestSignature ParseHeader(HttpRequest request, string header)
    {
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            throw new SignatureException(SignatureFault.UnsupportedAlgorithm, Unsupported);
        string? credential = null,
            signedHeaders = null,
            signature = null;
        foreach (var range in header.AsSpan(Algorithm.Length).Split(','))
        {
            var part = header.AsSpan(Algorithm.Length)[range].Trim();
            if (part.StartsWith("Credential=", StringComparison.Ordinal))
                credential = part["Credential=".Length..].ToString();
            else if (part.StartsWith("SignedHeaders=", StringComparison.Ordinal))
                signedHeaders = part["SignedHeaders=".Length..].ToString();
            else if (part.StartsWith("Signature=", StringComparison.Ordinal))
                signature = part["Signature=".Length..].ToString();
        }
        var time = request.Headers["X-Amz-Date"].ToString() is { Length: > 0 } amzDate
            ? amzDate
            : Iso(request.Headers.Date.ToString());
        return Create(credential, signedHeaders, signature, time, null, SignatureFault.MalformedHeader);
    }

    private static RequestSignature ParseQuery(IQueryCollection query)
    {
        if (query["X-Amz-Algorithm"] != Algorithm)
            throw new SignatureException(
                SignatureFault.MalformedQuery,
                $"X-Amz-Algorithm only supports \"{Algorithm}\""
            );
        if (!int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            throw new SignatureException(SignatureFault.MalformedQuery, "X-Amz-Expires should be a number");
        if (seconds is < 1 or > MaxPresignedSeconds)
            throw new SignatureException(
                SignatureFault.MalformedQuery,
                "X-Amz-Expires must be between 1 and 604800 seconds, a week"
            );
        return Create(
            query["X-Amz-Credential"],
            query["X-Amz-SignedHeaders"],
            query["X-Amz-Signature"],
            query["X-Amz-Date"],
            TimeSpan.FromSeconds(seconds),
            SignatureFault.MalformedQuery
        );
    }

    private static RequestSignature Create(
        string? credential,
        string? signedHeaders,
        string? signature,
        string? timeText,
        TimeSpan? expiresAfter,
        SignatureFault malformed
    )
    {
        if (string.IsNullOrEmpty(credential) || string.IsNullOrEmpty(signedHeaders) || string.IsNullOrEmpty(signature))
            throw new SignatureException(malformed, "Credential, SignedHeaders and Signature are required.");
        if (
            string.IsNullOrEmpty(timeText)
            || !DateTimeOffset.TryParseExact(
                timeText,
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
        )
            throw new SignatureException(
                malformed,
                "X-Amz-Date must be formatted via ISO8601 Long format, as 20260131T093000Z."
            );
        // Only the access key id may contain slashes.
        var parts = credential.Split('/');
        if (parts.Length < 5 || parts[^1] != Terminator)
            throw new SignatureException(
                malformed,
                $"Credential must be AccessKeyId/Date/Region/Service/{Terminator}."
            );
        if (!timeText.StartsWith(parts[^4], StringComparison.Ordinal) || parts[^4].Length != 8)
            throw new SignatureException(
                malformed,
                "Date in Credential scope does not match YYYYMMDD from the request's time: "
                    + $"'{parts[^4]}' != '{timeText[..8]}'."
            );
        var names = signedHeaders.Split(';');
        if (
            names.Length > MaxSignedHeaders
            || !(
                names.Contains("host", StringComparer.Ordinal)
                || names.Contains(CanonicalRequest.Authority, StringComparer.Ordinal)
            )
        )
            throw new SignatureException(malformed, "SignedHeaders must name host.");
        return new RequestSignature
        {
            AccessKeyId = string.Join('/', parts[..^4]),
            Scope = string.Join('/', parts[^4..]),
            Service = parts[^2],
            SignedHeaders = signedHeaders,
            Signature = signature,
            TimeText = timeText,
            Time = time,
            ExpiresAfter = expiresAfter,
        };
    }

    private static string? Iso(string httpDate) =>
        DateTimeOffset.TryParseExact(
            httpDate,
            "R",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)
            : httpDate;
}
