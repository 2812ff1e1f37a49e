using System.Diagnostics;
using LocalCloud.Faults;
using LocalCloud.Objects.Bodies;
using LocalCloud.Protocol;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Objects;

/// <summary>Finds the operation that a request asks for, and answers S3's way when it fails.</summary>
internal sealed partial class S3Endpoint(
    BucketOperations buckets,
    ListOperations lists,
    ReadOperations reads,
    WriteOperations writes,
    CopyOperations copies,
    MultipartOperations multipart,
    PlainBucket plain,
    SignatureVerifier signatures,
    FaultInjection faults,
    CallMetrics metrics,
    ILogger<S3Endpoint> logger
)
{
    /// <summary>
    /// Parts of S3 that are asked for by a query's name. Refused, since without it the request would mean something
    /// else.
    /// </summary>
    private static readonly string[] s_notHere =
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
    /// Everything but <c>POST /</c>, which is JSON 1.1's, and paths that begin with an underscore, which no bucket's
    /// name does.
    /// </summary>
    public static bool Takes(HttpContext context)
    {
        var path = RequestTarget.Path(context);
        return !path.StartsWith("/_", StringComparison.Ordinal)
            && !(path == "/" && HttpMethods.IsPost(context.Request.Method));
    }

    public async Task AnswerAsync(HttpContext context)
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
                Signature = signatures.Verify(context, "s3", ObjectBody.PayloadHash(context.Request)),
            };
            if (HttpMethods.IsGet(context.Request.Method) && plain.Answer(request) is { } answer)
            {
                await answer;
                return;
            }
            if (s_notHere.FirstOrDefault(request.HasQuery) is { } subresource)
                throw S3Errors.NotImplemented(subresource);
            var operation = S3Operation.Of(request);
            if (operation is not null)
                CallSpan.SetS3(context, operation, request.Bucket, request.Key);
            if (operation is not null && faults.FindFault(FaultTargets.S3, operation) is { } fault)
                await AnswerFaultilyAsync(fault, request, operation);
            else
                await AnswerAsync(request, operation);
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
            await WriteErrorAsync(context, S3Errors.Of(error), resource);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (InvalidDataException error)
        {
            LogDamaged(error.Message, requestId);
            await WriteErrorAsync(context, S3Errors.Damaged($"the log has where ({requestId})."), resource);
        }
        catch (Exception error)
        {
            LogFailure(error, context.Request.Method, requestId);
            await WriteErrorAsync(
                context,
                new AwsException(
                    "InternalError",
                    $"We encountered an internal error ({requestId}); the log has the reason.",
                    500
                ),
                resource
            );
        }
    }

    // Apart, so that requests without faults make no closure.
    private Task AnswerFaultilyAsync(CallFault fault, S3Request request, string operation) =>
        fault.ApplyAsync(request.Context, () => AnswerAsync(request, operation));

    private Task AnswerAsync(S3Request request, string? operation) =>
        operation switch
        {
            "ListBuckets" => buckets.ListAsync(request),
            "CreateBucket" => buckets.CreateAsync(request),
            "HeadBucket" => buckets.HeadAsync(request),
            "DeleteBucket" => buckets.DeleteAsync(request),
            "GetBucketLocation" => buckets.LocationAsync(request),
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
            context.Abort(); // a cut connection is the only way left to say so
            return;
        }
        context.Response.ContentLength = null;
        try
        {
            await S3Xml.WriteErrorAsync(context, error, resource);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client went away before its answer.
        }
    }

    [LoggerMessage(22, LogLevel.Error, "{What} Nothing of it was served, request {RequestId}")]
    private partial void LogDamaged(string what, string requestId);

    [LoggerMessage(21, LogLevel.Error, "{Method} of S3 failed, request {RequestId}")]
    private partial void LogFailure(Exception error, string method, string requestId);
}
