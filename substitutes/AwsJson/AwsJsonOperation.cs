using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace AwsJson;

/// <summary>Writes a request's members into the JSON object that is open.</summary>
internal delegate void WriteMembers<in T>(Utf8JsonWriter json, T value);

/// <summary>
/// Takes the member whose name the reader is at, or leaves the reader there: the member is then skipped.
/// </summary>
internal delegate void ReadMember<in T>(ref Utf8JsonReader json, T value);

/// <summary>One operation of a service: how its request is written and its response read.</summary>
/// <param name="sizeHint">Bytes of the request's body, at least roughly, where it can be large: it is then written
/// without growing a buffer.</param>
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
    /// <summary>For an operation that answers no members, or none that anyone reads.</summary>
    public static void Nothing<T>(ref Utf8JsonReader json, T response) { }
}
