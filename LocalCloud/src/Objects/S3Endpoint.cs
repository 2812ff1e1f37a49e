using System.Diagnostics;
using LocalCloud.Faults;
using LocalCloud.Objects.Bodies;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects;

/// <summary>Runs the operation of an S3 request and writes S3's errors.</summary>
internal sealed partial class S3Endpoint(
    BucketOperations buckets,
    ListOperations lists,
    ReadOperations reads,
    WriteOperations writes,
    CopyOperations copies,
    MultipartOperations multipart,
    BucketDefaults defaults,
    SignatureVerifier signatures,
    FaultInjection faults,
    CallMetrics metrics,
    ILogger<S3Endpoint> logger
)
{
    /// <summary>
    /// Unsupported features that are selected by a query parameter. Requests with them are rejected, because they
    /// would mean something else without it.
    /// </summary>
    private static readonly string[] s_unsupportedQueries =
    [
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "legal-hold",
        "lifecycle",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "renameObject",
        "replication",
        "requestPayment",
        "restore",
        "retention",
        "select",
        "session",
        "tagging",
        "torrent",
        "versionId",
        "versioning",
        "versions",
        "website",
    ];

    /// <summary>
    /// Returns true for all requests except <c>POST /</c>, which belongs to the JSON services, and paths that start
    /// with an underscore, which is invalid in bucket names.
    /// </summary>
    public static bool Handles(HttpContext context)
    {
        var path = RequestTarget.Path(context);
        return !path.StartsWith("/_", StringComparison.Ordinal)
            && !(path == "/" && HttpMethods.IsPost(context.Request.Method));
    }

    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString("N");
        context.Response.Headers["x-amz-request-id"] = requestId;
        var began = Stopwatch.GetTimestamp();
        var resource = "";
        try
        {
            var request = S3Request.Parse(context);
            resource = request.Resource;
            request = request with
            {
                Signature = signatures.Verify(context, "s3", ObjectBody.GetPayloadHash(context.Request)),
            };
            if (HttpMethods.IsGet(context.Request.Method) && defaults.TryWriteAsync(request) is { } written)
            {
                await written;
                return;
            }
            if (s_unsupportedQueries.FirstOrDefault(request.HasQuery) is { } subresource)
                throw S3Errors.NotImplemented(subresource);
            var operation = S3Operation.FindName(request);
            if (operation is not null)
                CallSpan.SetS3(context, operation, request.Bucket, request.Key);
            if (operation is not null && faults.FindFault(FaultTargets.S3, operation) is { } fault)
                await OperateWithFaultAsync(fault, request, operation);
            else
                await OperateAsync(request, operation);
            if (operation is not null)
                metrics.RecordCall("s3", operation, began);
        }
        catch (AwsException error)
        {
            CallSpan.Fail(context, error.Code);
            metrics.RecordError("s3", error.Code);
            await WriteErrorAsync(context, error, resource);
        }
        catch (SignatureException error)
        {
            await WriteErrorAsync(context, S3Errors.From(error), resource);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (InvalidDataException error)
        {
            LogDamaged(error.Message, requestId);
            await WriteErrorAsync(context, S3Errors.Damaged($"the server's log has the file ({requestId})."), resource);
        }
        catch (Exception error)
        {
            LogFailure(error, context.Request.Method, requestId);
            await WriteErrorAsync(
                context,
                new AwsException(
                    "InternalError",
                    $"We encountered an internal error ({requestId}). The server's log has the reason.",
                    500
                ),
                resource
            );
        }
    }

    // A separate method, so that requests without faults allocate no closure.
    private Task OperateWithFaultAsync(CallFault fault, S3Request request, string operation) =>
        fault.ApplyAsync(request.Context, () => OperateAsync(request, operation));

    private Task OperateAsync(S3Request request, string? operation) =>
        operation switch
        {
            "ListBuckets" => buckets.ListAsync(request),
            "CreateBucket" => buckets.CreateAsync(request),
            "HeadBucket" => buckets.HeadAsync(request),
            "DeleteBucket" => buckets.DeleteAsync(request),
            "GetBucketLocation" => buckets.GetLocationAsync(request),
            "ListObjectsV2" => lists.ListV2Async(request),
            "ListObjects" => lists.ListV1Async(request),
            "PutObject" => writes.PutAsync(request),
            "CopyObject" => copies.CopyAsync(request),
            "GetObject" or "HeadObject" => reads.GetAsync(request),
            "GetObjectAttributes" => reads.AttributesAsync(request),
            "DeleteObject" => writes.DeleteAsync(request),
            "DeleteObjects" => writes.DeleteManyAsync(request),
            "CreateMultipartUpload" => multipart.CreateAsync(request),
            "UploadPart" => multipart.PutPartAsync(request, UploadId(request)),
            "UploadPartCopy" => copies.CopyPartAsync(request, UploadId(request)),
            "CompleteMultipartUpload" => multipart.CompleteAsync(request, UploadId(request)),
            "AbortMultipartUpload" => multipart.AbortAsync(request, UploadId(request)),
            "ListParts" => multipart.ListPartsAsync(request, UploadId(request)),
            "ListMultipartUploads" => multipart.ListUploadsAsync(request),
            _ when request.Http.Method == "POST" && request.Key.Length == 0 => throw S3Errors.NotImplemented(
                "POST of a form"
            ),
            _ => throw S3Errors.MethodNotAllowed(),
        };

    private static string UploadId(S3Request request) => request.Query("uploadId")!;

    private static async Task WriteErrorAsync(HttpContext context, AwsException error, string resource)
    {
        if (context.Response.HasStarted)
        {
            context.Abort(); // The response has started, so only a closed connection can signal the error.
            return;
        }
        context.Response.ContentLength = null;
        try
        {
            await S3Xml.WriteErrorAsync(context, error, resource);
        }
        catch (Exception disconnected) when (disconnected is OperationCanceledException or IOException)
        {
            // The client disconnected before it received the response.
        }
    }

    [LoggerMessage(22, LogLevel.Error, "{Damage} Request {RequestId} failed. Restore the file or put the object again")]
    private partial void LogDamaged(string damage, string requestId);

    [LoggerMessage(21, LogLevel.Error, "S3 {Method} failed; request {RequestId} returned InternalError")]
    private partial void LogFailure(Exception error, string method, string requestId);
}
