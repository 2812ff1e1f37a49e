namespace Pos.Ingest.Purchases;

/// <summary>A request was rejected as a whole. None of its purchases was accepted.</summary>
/// <param name="statusCode">400, 413, 415 or 429.</param>
/// <param name="message">Tells people what is wrong and what is allowed.</param>
internal sealed class RejectedRequestException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
