using Pos.Contracts.Ingest;

namespace Pos.Ingest.Purchases;

/// <summary>The outcome of one request.</summary>
/// <param name="Accepted">Purchases in the stream.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="Rejected">All other purchases, by index.</param>
internal sealed record PostOutcome(int Accepted, int Lines, IReadOnlyList<RejectedPurchase> Rejected);
