using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace AwsJson;

/// <summary>
/// Creates AWS JSON 1.1 requests: <c>POST /</c>, the operation in a header, the members in one JSON object.
/// </summary>
internal sealed class RequestMarshaller<TRequest>(
    AwsJsonService service,
    string operation,
    WriteMembers<TRequest> write,
    Func<TRequest, int> sizeHint
) : IMarshaller<IRequest, AmazonWebServiceRequest>
    where TRequest : AmazonWebServiceRequest
{
    private const int SmallBody = 1024;

    private static readonly JsonWriterOptions s_options = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _target = $"{service.TargetPrefix}.{operation}";

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var typed = (TRequest)input;
        var request = new DefaultRequest(typed, service.Name) { HttpMethod = "POST", ResourcePath = "/" };
        request.Headers["X-Amz-Target"] = _target;
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        request.Headers["x-amz-api-version"] = service.ApiVersion;

        // The runtime hashes and sends the buffer, rewinds it for a retry, and returns it with the request.
        var body = new PooledContentStream(sizeHint?.Invoke(typed) ?? SmallBody);
        request.ContentStream = body;
        using var json = new Utf8JsonWriter(body.BufferWriter, s_options);
        json.WriteStartObject();
        write(json, typed);
        json.WriteEndObject();
        json.Flush();
        return request;
    }
}

internal static class RequestBody
{
    public static int Base64Length(MemoryStream data) =>
        data is null ? 0 : Base64.GetMaxEncodedToUtf8Length((int)data.Length);
}
