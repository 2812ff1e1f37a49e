using Pos.LocalCloud.Objects.Bodies;
using Pos.LocalCloud.Protocol;
using Pos.LocalCloud.Protocol.Signatures;

namespace Pos.LocalCloud.Objects;

/// <summary>Finds the operation that a request asks for, and answers S3's way when it fails.</summary>
internal sealed partial class S3Endpoint(BucketOperations buckets, ListOperations lists, ReadOperations reads, WriteOperations writes, CopyOperations copies, MultipartOperations multipart, PlainBucket plain, SignatureVerifier signatures, ILogger<S3Endpoint> logger)
{
    /// <summary>Parts of S3 that are asked for by a query's name. Refused, since without it the request would mean something else.</summary>
    private static readonly string[] s_notHere =
    [
        "accelerate", "acl", "analytics", "cors", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging", "metrics",
        "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "renameObject", "replication", "requestPayment",
        "restore", "retention", "select", "session", "tagging", "torrent", "versionId", "versioning", "versions", "website",
    ];

    /// <summary>Everything but <c>POST /</c>, which is JSON 1.1's, and paths that begin with an underscore, which no bucket's name does.</summary>
    public static bool Takes(HttpContext context)
    {
        var path = RequestTarget.Path(context);
        return !path.StartsWith("/_", StringComparison.Ordinal) && !(path == "/" && HttpMethods.IsPost(context.Request.Method));
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid().ToString("N");
        context.Response.Headers["x-amz-request-id"] = requestId;
        var resource = "";
        try
        {
            var request = S3Request.Parse(context);
            resource = request.Resource;
            request = request with { Signature = signatures.Verify(context, "s3", ObjectBody.PayloadHash(context.Request)) };
            if (HttpMethods.IsGet(context.Request.Method) && plain.Answer(request) is { } answer)
            {
                await answer;
                return;
            }
            if (s_notHere.FirstOrDefault(request.HasQuery) is { } subresource)
                throw S3Errors.NotImplemented(subresource);
            await AnswerAsync(request);
        }
        catch (AwsException error)
        {
            await WriteErrorAsync(context, error, resource);
        }
        catch (SignatureException error)
        {
            await WriteErrorAsync(context, S3Errors.Of(error), resource);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (InvalidDataException error)
        {
            LogDamaged(error.Message, requestId);
            await WriteErrorAsync(context, S3Errors.Damaged($"the log has where ({requestId})."), resource);
        }
        catch (Exception error)
        {
            LogFailure(error, context.Request.Method, requestId);
            await WriteErrorAsync(context, new AwsException("InternalError", $"We encountered an internal error ({requestId}); the log has the reason.", 500), resource);
        }
    }

    private Task AnswerAsync(S3Request request)
    {
        var method = request.Http.Method;
        if (request.Bucket.Length == 0)
            return method == "GET" && request.Key.Length == 0 ? buckets.ListAsync(request) : throw S3Errors.MethodNotAllowed();
        if (request.Key.Length == 0)
        {
            return method switch
            {
                "PUT" => buckets.CreateAsync(request),
                "HEAD" => buckets.HeadAsync(request),
                "DELETE" => buckets.DeleteAsync(request),
                "GET" when request.HasQuery("location") => buckets.LocationAsync(request),
                "GET" when request.HasQuery("uploads") => multipart.ListUploadsAsync(request),
                "GET" => request.Query("list-type") == "2" ? lists.ListV2Async(request) : lists.ListV1Async(request),
                "POST" when request.HasQuery("delete") => writes.DeleteManyAsync(request),
                "POST" => throw S3Errors.NotImplemented("POST of a form"),
                _ => throw S3Errors.MethodNotAllowed(),
            };
        }
        var upload = request.Query("uploadId");
        return method switch
        {
            "PUT" when upload is not null && request.Header(CopyOperations.SourceHeader) is not null => copies.CopyPartAsync(request, upload),
            "PUT" when upload is not null => multipart.PutPartAsync(request, upload),
            "PUT" when request.Header(CopyOperations.SourceHeader) is not null => copies.CopyAsync(request),
            "PUT" => writes.PutAsync(request),
            "GET" when upload is not null => multipart.ListPartsAsync(request, upload),
            "GET" when request.HasQuery("attributes") => reads.AttributesAsync(request),
            "GET" or "HEAD" => reads.GetAsync(request),
            "DELETE" when upload is not null => multipart.AbortAsync(request, upload),
            "DELETE" => writes.DeleteAsync(request),
            "POST" when upload is not null => multipart.CompleteAsync(request, upload),
            "POST" when request.HasQuery("uploads") => multipart.CreateAsync(request),
            _ => throw S3Errors.MethodNotAllowed(),
        };
    }

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
