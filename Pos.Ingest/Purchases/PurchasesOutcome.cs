using Pos.Contracts.Ingest;

namespace Pos.Ingest.Purchases;

/// <summary>The outcome of one request.</summary>
/// <param name="Accepted">Number of purchases in the stream.</param>
/// <param name="Lines">Number of their lines.</param>
/// <param name="Rejected">All other purchases, ordered by index.</param>
internal sealed record PurchasesOutcome(int Accepted, int Lines, IReadOnlyList<RejectedPurchase> Rejected);
