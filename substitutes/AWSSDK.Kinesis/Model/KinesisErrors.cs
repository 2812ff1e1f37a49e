using System.Net;
using Amazon.Runtime;

namespace Amazon.Kinesis.Model;

/// <summary>The caller may not perform the operation.</summary>
public class AccessDeniedException : AmazonKinesisException
{
    public AccessDeniedException(string message)
        : base(message) { }

    public AccessDeniedException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The iterator is older than five minutes. Get a new one.</summary>
public class ExpiredIteratorException : AmazonKinesisException
{
    public ExpiredIteratorException(string message)
        : base(message) { }

    public ExpiredIteratorException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The pagination token is older than five minutes. List again.</summary>
public class ExpiredNextTokenException : AmazonKinesisException
{
    public ExpiredNextTokenException(string message)
        : base(message) { }

    public ExpiredNextTokenException(
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
public class InvalidArgumentException : AmazonKinesisException
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

/// <summary>A limit of the account or the operation is exceeded. The SDK retries the call as throttled.</summary>
public class LimitExceededException : AmazonKinesisException
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

/// <summary>A shard's read or write rate is exceeded. The SDK retries the call as throttled.</summary>
public class ProvisionedThroughputExceededException : AmazonKinesisException
{
    public ProvisionedThroughputExceededException(string message)
        : base(message) { }

    public ProvisionedThroughputExceededException(
        string message,
        Exception innerException,
        ErrorType errorType,
        string errorCode,
        string requestId,
        HttpStatusCode statusCode
    )
        : base(message, innerException, errorType, errorCode, requestId, statusCode) { }
}

/// <summary>The stream already exists or is not ACTIVE.</summary>
public class ResourceInUseException : AmazonKinesisException
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

/// <summary>The stream or shard does not exist.</summary>
public class ResourceNotFoundException : AmazonKinesisException
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
