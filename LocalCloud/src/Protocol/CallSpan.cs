using System.Diagnostics;
using System.Text;
using LocalCloud.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using static LocalCloud.Telemetry.SpanTags;

namespace LocalCloud.Protocol;

/// <summary>Tags a request's span with its AWS operation. The span's name becomes <c>Kinesis.PutRecords</c>.</summary>
internal static class CallSpan
{
    /// <summary>Tags the span with a service, such as <c>Kinesis</c>, and its operation.</summary>
    public static void Set(HttpContext context, string service, string operation) =>
        Recorded(context)?.SetCall(service, operation);

    /// <summary>Tags the span with an S3 operation, its bucket and its key.</summary>
    public static void SetS3(HttpContext context, string operation, string bucket, ReadOnlySpan<byte> key)
    {
        if (Recorded(context) is not { } activity)
            return;
        activity.SetCall("S3", operation);
        if (bucket.Length > 0)
            activity.SetTag(S3Bucket, bucket);
        if (key.Length > 0)
            activity.SetTag(S3Key, Encoding.UTF8.GetString(key));
    }

    /// <summary>Tags the span with the error code of the response.</summary>
    public static void Fail(HttpContext context, string code) => Recorded(context)?.SetTag(ErrorType, code);

    private static Activity? Recorded(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity
            ? activity
            : null;
}
