namespace Pos.Ingest.Purchases;

/// <summary>A request that is refused as a whole: nothing of it has been taken.</summary>
/// <param name="statusCode">400, 413, 415 or 429.</param>
/// <param name="message">For people: what was found and what is allowed.</param>
internal sealed class RefusedPostException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
