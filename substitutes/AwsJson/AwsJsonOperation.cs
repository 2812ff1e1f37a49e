using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace AwsJson;

/// <summary>Writes a request's members into the open JSON object.</summary>
internal delegate void WriteMembers<in T>(Utf8JsonWriter json, T value);

/// <summary>
/// Reads the member whose name the reader is at. If it does not move the reader, the member is skipped.
/// </summary>
internal delegate void ReadMember<in T>(ref Utf8JsonReader json, T value);

/// <summary>Defines an operation of a service: how to write its request and read its response.</summary>
/// <param name="sizeHint">
/// Estimates the bytes of a large request's body, so that the buffer need not grow; null for small requests.
/// </param>
internal sealed class AwsJsonOperation<TRequest, TResponse>(
    AwsJsonService service,
    string name,
    WriteMembers<TRequest> write,
    ReadMember<TResponse> read,
    Func<TRequest, int> sizeHint = null
)
    where TRequest : AmazonWebServiceRequest
    where TResponse : AmazonWebServiceResponse, new()
{
    private readonly RequestMarshaller<TRequest> _marshaller = new(service, name, write, sizeHint);
    private readonly ResponseReader<TResponse> _unmarshaller = new(service, read);

    public InvokeOptions Options() => new() { RequestMarshaller = _marshaller, ResponseUnmarshaller = _unmarshaller };
}

internal static class JsonResponse
{
    /// <summary>Reads no members, for operations whose response has none that are used.</summary>
    public static void Nothing<T>(ref Utf8JsonReader json, T response) { }
}
