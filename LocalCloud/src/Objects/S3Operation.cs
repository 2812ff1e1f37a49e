namespace LocalCloud.Objects;

/// <summary>Finds the operation of a request.</summary>
internal static class S3Operation
{
    /// <summary>Returns the operation's name in S3's API reference, or null if there is none.</summary>
    public static string? FindName(S3Request request)
    {
        var method = request.Http.Method;
        if (request.Bucket.Length == 0)
            return method == "GET" && request.Key.Length == 0 ? "ListBuckets" : null;
        return request.Key.Length == 0 ? FindBucketOperation(method, request) : FindObjectOperation(method, request);
    }

    private static string? FindBucketOperation(string method, S3Request request) =>
        method switch
        {
            "PUT" => "CreateBucket",
            "HEAD" => "HeadBucket",
            "DELETE" => "DeleteBucket",
            "GET" when request.HasQuery("location") => "GetBucketLocation",
            "GET" when request.HasQuery("uploads") => "ListMultipartUploads",
            "GET" => request.Query("list-type") == "2" ? "ListObjectsV2" : "ListObjects",
            "POST" when request.HasQuery("delete") => "DeleteObjects",
            _ => null,
        };

    private static string? FindObjectOperation(string method, S3Request request)
    {
        var isUpload = request.HasQuery("uploadId");
        var isCopy = request.Header(CopyOperations.SourceHeader) is not null;
        return method switch
        {
            "PUT" when isUpload => isCopy ? "UploadPartCopy" : "UploadPart",
            "PUT" => isCopy ? "CopyObject" : "PutObject",
            "GET" when isUpload => "ListParts",
            "GET" when request.HasQuery("attributes") => "GetObjectAttributes",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            "DELETE" => isUpload ? "AbortMultipartUpload" : "DeleteObject",
            "POST" when isUpload => "CompleteMultipartUpload",
            "POST" when request.HasQuery("uploads") => "CreateMultipartUpload",
            _ => null,
        };
    }
}
