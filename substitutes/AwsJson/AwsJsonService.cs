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

/// <summary>The properties that all operations of a service share on the wire.</summary>
/// <param name="Name">The client's namespace, such as <c>Amazon.Kinesis</c>, for the SDK's logs and user agent.</param>
/// <param name="TargetPrefix"><c>X-Amz-Target</c> before the dot, such as <c>Kinesis_20131202</c>.</param>
/// <param name="ApiVersion">Version such as <c>2013-12-02</c>.</param>
/// <param name="Errors">Exceptions by error code.</param>
/// <param name="OtherError">The exception for all other codes.</param>
internal sealed record AwsJsonService(
    string Name,
    string TargetPrefix,
    string ApiVersion,
    Dictionary<string, ServiceError> Errors,
    ServiceError OtherError
);

/// <summary>The service's name in the SDK's telemetry and its <c>AWS_ENDPOINT_URL_*</c> variables.</summary>
internal sealed class ServiceMetadata(string serviceId) : IServiceMetadata
{
    public string ServiceId => serviceId;
    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>(0);
}
