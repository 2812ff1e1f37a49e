using System.Buffers;
using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace AwsJson;

/// <summary>Reads an AWS JSON 1.1 response, or its error, from the body.</summary>
internal sealed class ResponseReader<TResponse>(AwsJsonService service, ReadMember<TResponse> read)
    : JsonResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    private const int UnknownLength = 16 * 1024;

    /// <summary>
    /// Reads the whole body before parsing. GetRecords returns base64 values of up to 1 MiB, for which a small buffer
    /// would grow and be copied repeatedly.
    /// </summary>
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        var contentLength = input.ResponseData.ContentLength;
        var buffer = ArrayPool<byte>.Shared.Rent(contentLength > 0 ? checked((int)contentLength + 1) : UnknownLength);
        try
        {
            var length = ReadToEnd(input.Stream, ref buffer);
            if (length == 0)
                return new TResponse();
            var json = new Utf8JsonReader(buffer.AsSpan(0, length));
            json.Read();
            return json.ReadObject(read) ?? new TResponse();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input,
        Exception innerException,
        HttpStatusCode statusCode
    )
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        var create =
            error.Code is not null && service.Errors.TryGetValue(error.Code, out var known)
                ? known
                : service.OtherError;
        return create(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }

    private static int ReadToEnd(Stream stream, ref byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return length;
            length += read;
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }
}
