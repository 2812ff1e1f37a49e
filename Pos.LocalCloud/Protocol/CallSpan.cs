using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Pos.ServiceDefaults.Tracing;
using static Pos.ServiceDefaults.Tracing.SpanTags;

namespace Pos.LocalCloud.Protocol;

/// <summary>Names a request's span by what it asks for: <c>Kinesis.PutRecords</c> rather than <c>POST</c>.</summary>
internal static class CallSpan
{
    /// <param name="context">The request.</param>
    /// <param name="service"><c>Kinesis</c>, <c>Firehose</c> or <c>S3</c>.</param>
    /// <param name="operation">As the service's API reference has it.</param>
    public static void Name(HttpContext context, string service, string operation)
    {
        if (Recorded(context) is not { } activity)
            return;
        activity.DisplayName = $"{service}.{operation}";
        activity.SetCall(service, operation);
    }

    /// <summary>Names an S3 request's span and says which object it is about.</summary>
    public static void Name(HttpContext context, string operation, string bucket, ReadOnlySpan<byte> key)
    {
        Name(context, "S3", operation);
        if (Recorded(context) is not { } activity)
            return;
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
