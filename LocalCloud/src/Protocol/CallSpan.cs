using System.Diagnostics;
using System.Text;
using LocalCloud.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using static LocalCloud.Telemetry.SpanTags;

namespace LocalCloud.Protocol;

/// <summary>Says which operation a request's span is; its name follows: <c>Kinesis.PutRecords</c>.</summary>
internal static class CallSpan
{
    /// <param name="context">The request.</param>
    /// <param name="service"><c>Kinesis</c>, <c>Firehose</c> or <c>S3</c>.</param>
    /// <param name="operation">As the service's API reference has it.</param>
    public static void Set(HttpContext context, string service, string operation) =>
        Recorded(context)?.SetCall(service, operation);

    /// <summary>Says which operation of S3 a request's span is, and which object it is about.</summary>
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

    /// <summary>Notes the error code that a request is answered with.</summary>
    public static void Fail(HttpContext context, string code) => Recorded(context)?.SetTag(ErrorType, code);

    private static Activity? Recorded(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity
            ? activity
            : null;
}
