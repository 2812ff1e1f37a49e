using Amazon.Runtime;

namespace Pos.Storage;

/// <summary>Repeats calls that a store throttles.</summary>
internal static class ThrottlingRetry
{
    /// <param name="maxAttempts">Includes the first attempt.</param>
    /// <exception cref="AmazonServiceException">
    /// The last attempt was throttled too, or the call failed for another reason.
    /// </exception>
    public static async Task<T> RunAsync<T>(
        Func<Task<T>> call,
        int maxAttempts,
        Backoff backoff,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (AmazonServiceException error) when (attempt < maxAttempts && StoreUnavailable.IsThrottled(error))
            {
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }
}
