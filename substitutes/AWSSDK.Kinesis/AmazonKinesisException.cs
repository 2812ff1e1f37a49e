using System.Net;
using Amazon.Runtime;

namespace Amazon.Kinesis;

/// <summary>
/// An error returned by Kinesis. Error codes without an exception type of their own use this type; see
/// <see cref="AmazonServiceException.ErrorCode"/>.
/// </summary>
public class AmazonKinesisException : AmazonServiceException
{
    public AmazonKinesisException() { }

    public AmazonKinesisException(string message)
        : base(message) { }

    public AmazonKinesisException(string message, Exception innerException)
        : base(message, innerException) { }

    public AmazonKinesisException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}
