using System.Net;
using Amazon.Runtime;
using Npgsql;

namespace Pos.Storage;

/// <summary>A store did not complete a request although it is valid; a later attempt may succeed.</summary>
internal abstract class StoreUnavailableException(string message) : Exception(message);

/// <summary>Classifies failures: an unavailable store, for which the caller may retry, or an error.</summary>
internal static class StoreUnavailable
{
    // Error codes and names of SDK exceptions: each service has its own exception types.
    private static readonly string[] s_throttlingErrors =
    [
        "KMSThrottlingException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestLimitExceededException",
        "SlowDown",
        "ThrottlingException",
    ];

    /// <summary>True if the store throttled the call.</summary>
    public static bool IsThrottled(AmazonServiceException error) =>
        error.StatusCode is HttpStatusCode.TooManyRequests
        || s_throttlingErrors.Contains(error.ErrorCode)
        || s_throttlingErrors.Contains(error.GetType().Name);

    /// <summary>True if an AWS store is unreachable, throttles, or fails.</summary>
    /// <param name="aborted">The caller's own cancellation is no failure of a store.</param>
    public static bool IsCause(Exception exception, CancellationToken aborted) =>
        !aborted.IsCancellationRequested
        && exception switch
        {
            StoreUnavailableException => true,
            HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
            // S3 answers 409 when two conditional writes overlap; the second may be repeated.
            AmazonServiceException answered => answered.StatusCode
                is 0
                    or HttpStatusCode.Conflict
                    or >= HttpStatusCode.InternalServerError
                || IsThrottled(answered),
            AmazonClientException => true,
            _ => false,
        };

    /// <summary>True if a call to AWS failed for any reason.</summary>
    public static bool IsFailedCall(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or HttpRequestException;

    /// <summary>Explains why the warehouse is unavailable.</summary>
    /// <returns>Null for an error in the statement or the service, which a later attempt repeats.</returns>
    public static string? WarehouseReason(NpgsqlException error) =>
        error switch
        {
            PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } =>
                "The warehouse query took too long. Choose a shorter span or try again later.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.UndefinedTable
            } => "The warehouse is not set up yet.",
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            } => "The warehouse rejected the user that reads sales. It is not set up yet.",
            PostgresException { IsTransient: false } => null,
            { InnerException: TimeoutException } => "The warehouse did not answer in time.",
            _ => "The warehouse cannot be reached now.",
        };
}
