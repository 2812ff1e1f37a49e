using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects;

/// <summary>Creates S3's errors with its codes and statuses (Amazon S3 API Reference, "Error responses").</summary>
internal static class S3Errors
{
    public static AwsException NoSuchBucket() => new("NoSuchBucket", "The specified bucket does not exist", 404);

    public static AwsException NoSuchKey() => new("NoSuchKey", "The specified key does not exist.", 404);

    public static AwsException NoSuchUpload() =>
        new(
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, "
                + "or the upload may have been aborted or completed.",
            404
        );

    public static AwsException BucketNotEmpty() =>
        new("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);

    public static AwsException InvalidBucketName(string name) =>
        new("InvalidBucketName", $"The specified bucket is not valid: '{name}'.");

    public static AwsException InvalidArgument(string message) => new("InvalidArgument", message);

    public static AwsException InvalidRequest(string message) => new("InvalidRequest", message);

    public static AwsException InvalidUri() => new("InvalidURI", "Couldn't parse the specified URI.");

    public static AwsException InvalidDigest() => new("InvalidDigest", "The Content-MD5 you specified was invalid.");

    public static AwsException KeyTooLong() => new("KeyTooLongError", "Your key is too long");

    public static AwsException BadDigest(string what) =>
        new("BadDigest", $"The {what} you specified did not match the calculated checksum.");

    public static AwsException ContentSha256Mismatch() =>
        new(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        );

    public static AwsException IncompleteBody() => new("IncompleteBody", "The request body terminated unexpectedly");

    public static AwsException EntityTooLarge() =>
        new("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");

    public static AwsException EntityTooSmall() =>
        new("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");

    public static AwsException MetadataTooLarge() =>
        new("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");

    public static AwsException MissingContentLength() =>
        new("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);

    public static AwsException MalformedXml() =>
        new(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema"
        );

    public static AwsException InvalidPart() =>
        new(
            "InvalidPart",
            "One or more of the specified parts could not be found. The part may not have been uploaded, "
                + "or the specified entity tag may not match the part's entity tag."
        );

    public static AwsException InvalidPartOrder() =>
        new("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.");

    public static AwsException InvalidPartNumber() =>
        new("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);

    public static AwsException InvalidRange() => new("InvalidRange", "The requested range is not satisfiable", 416);

    public static AwsException MethodNotAllowed() =>
        new("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);

    public static AwsException NotImplemented(string what) =>
        new(
            "NotImplemented",
            $"A header or query you provided implies functionality that is not implemented: {what}",
            501
        );

    public static AwsException Damaged(string what) => new("InternalError", $"Data on disk is damaged: {what}", 500);

    public static AwsException PreconditionFailed(string condition) =>
        new("PreconditionFailed", $"At least one of the pre-conditions you specified did not hold: {condition}", 412);

    /// <summary>Returns S3's error for a signature problem.</summary>
    public static AwsException From(SignatureException error) =>
        error.Fault switch
        {
            SignatureFault.Missing => new("AccessDenied", "Access Denied", 403),
            SignatureFault.UnsupportedAlgorithm or SignatureFault.MissingPayloadHash => InvalidRequest(error.Message),
            SignatureFault.MalformedHeader => new(
                "AuthorizationHeaderMalformed",
                $"The authorization header is malformed; {error.Message}"
            ),
            SignatureFault.MalformedQuery => new("AuthorizationQueryParametersError", error.Message),
            SignatureFault.UnknownAccessKey => new("InvalidAccessKeyId", error.Message, 403),
            SignatureFault.Skewed => new(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                403
            ),
            SignatureFault.Expired or SignatureFault.UnsignedHeaders => new("AccessDenied", error.Message, 403),
            SignatureFault.Mismatch => new("SignatureDoesNotMatch", error.Message, 403)
            {
                Details = error.CanonicalRequest is null
                    ? new Dictionary<string, string> { ["StringToSign"] = error.StringToSign! }
                    : new Dictionary<string, string>
                    {
                        ["StringToSign"] = error.StringToSign!,
                        ["CanonicalRequest"] = error.CanonicalRequest,
                    },
            },
            var fault => throw new InvalidOperationException($"S3 has no error for {fault}."),
        };
}
