using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace AwsJson;

internal delegate AmazonServiceException ServiceError(
    string message,
    Exception innerException,
    ErrorType errorType,
    string errorCode,
    string requestId,
    HttpStatusCode statusCode
);

/// <summary>What all operations of a service have in common on the wire.</summary>
/// <param name="Name">The client's namespace, such as <c>Amazon.Kinesis</c>; the SDK's logs and user agent carry
/// it.</param>
/// <param name="TargetPrefix"><c>X-Amz-Target</c> before the dot, such as <c>Kinesis_20131202</c>.</param>
/// <param name="ApiVersion">Such as <c>2013-12-02</c>.</param>
/// <param name="Errors">Exceptions by error code.</param>
/// <param name="OtherError">The exception for a code that has none of its own.</param>
internal sealed record AwsJsonService(
    string Name,
    string TargetPrefix,
    string ApiVersion,
    Dictionary<string, ServiceError> Errors,
    ServiceError OtherError
);

/// <summary>The service's name as the SDK's telemetry and its <c>AWS_ENDPOINT_URL_*</c> lookup have it.</summary>
internal sealed class ServiceMetadata(string serviceId) : IServiceMetadata
{
    public string ServiceId => serviceId;
    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>(0);
}
