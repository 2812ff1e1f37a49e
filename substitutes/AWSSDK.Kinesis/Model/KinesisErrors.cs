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

/// <summary>The iterator is older than five minutes: get a new one.</summary>
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

/// <summary>The pagination token is older than five minutes: list again.</summary>
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
/// A parameter exceeds its restrictions, is not supported, or cannot be used; the message says which.
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

/// <summary>More than the account or the operation may have. The SDK repeats the call as throttled.</summary>
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

/// <summary>A shard's read or write rate is exceeded. The SDK repeats the call as throttled.</summary>
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

/// <summary>The stream exists already, or is not ACTIVE.</summary>
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

/// <summary>There is no such stream or shard.</summary>
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
