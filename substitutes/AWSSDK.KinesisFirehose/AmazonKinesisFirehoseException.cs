using System.Net;
using Amazon.Runtime;

namespace Amazon.KinesisFirehose;

/// <summary>
/// An error returned by Firehose. Error codes without an exception type of their own use this type; see
/// <see cref="AmazonServiceException.ErrorCode"/>.
/// </summary>
public class AmazonKinesisFirehoseException : AmazonServiceException
{
    public AmazonKinesisFirehoseException() { }

    public AmazonKinesisFirehoseException(string message)
        : base(message) { }

    public AmazonKinesisFirehoseException(string message, Exception innerException)
        : base(message, innerException) { }

    public AmazonKinesisFirehoseException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}
