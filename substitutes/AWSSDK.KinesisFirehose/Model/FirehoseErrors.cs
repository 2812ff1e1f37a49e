using System.Net;
using Amazon.Runtime;

namespace Amazon.KinesisFirehose.Model;

/// <summary>The version of the delivery stream differs from the given one. Describe it again.</summary>
public class ConcurrentModificationException : AmazonKinesisFirehoseException
{
    public ConcurrentModificationException(string message)
        : base(message) { }

    public ConcurrentModificationException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>
/// A parameter exceeds its limits, is not supported, or cannot be used. The message names it.
/// </summary>
public class InvalidArgumentException : AmazonKinesisFirehoseException
{
    public InvalidArgumentException(string message)
        : base(message) { }

    public InvalidArgumentException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>A limit of the account is exceeded. The SDK retries the call as throttled.</summary>
public class LimitExceededException : AmazonKinesisFirehoseException
{
    public LimitExceededException(string message)
        : base(message) { }

    public LimitExceededException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The delivery stream already exists or is not ACTIVE.</summary>
public class ResourceInUseException : AmazonKinesisFirehoseException
{
    public ResourceInUseException(string message)
        : base(message) { }

    public ResourceInUseException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The delivery stream does not exist.</summary>
public class ResourceNotFoundException : AmazonKinesisFirehoseException
{
    public ResourceNotFoundException(string message)
        : base(message) { }

    public ResourceNotFoundException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The delivery stream's throughput is exceeded (HTTP 503). The SDK retries the call.</summary>
public class ServiceUnavailableException : AmazonKinesisFirehoseException
{
    public ServiceUnavailableException(string message)
        : base(message) { }

    public ServiceUnavailableException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}
