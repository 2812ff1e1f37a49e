namespace Pos.Import;

/// <summary>What a replay has settled so far.</summary>
/// <param name="Rows">Rows of the file, accepted or rejected.</param>
/// <param name="Purchases">Posts of purchases that were accepted.</param>
/// <param name="Lines">Lines in them.</param>
/// <param name="RejectedRows">Rows in the rejects file.</param>
public sealed record ReplayTotals(long Rows, long Purchases, long Lines, long RejectedRows)
{
    /// <summary>At the beginning.</summary>
    public static ReplayTotals None { get; } = new(0, 0, 0, 0);

    internal ReplayTotals Plus(ReplayBatch batch, int refusedPurchases, int rejectedRows) =>
        new(
            Rows + batch.Rows,
            Purchases + batch.Posts.Count - refusedPurchases,
            Lines + batch.Rows - rejectedRows,
            RejectedRows + rejectedRows
        );
}
