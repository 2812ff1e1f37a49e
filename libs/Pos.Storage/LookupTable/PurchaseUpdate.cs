using Pos.Storage.LookupTable;

namespace Pos.Storage.LookupTable;

/// <summary>
/// Merges the versions of one purchase in a batch: the header of the newest version, and the newest version of each
/// line.
/// </summary>
internal sealed class PurchaseUpdate
{
    private PurchaseUpdate(
        string purchaseId,
        IReadOnlyList<PurchaseVersion> posts,
        SortedDictionary<int, LookupLine> lines
    )
    {
        PurchaseId = purchaseId;
        Posts = posts;
        Lines = lines;
        Newest = posts[^1];
        OldestPosition = posts[0].Position;
    }

    public string PurchaseId { get; }

    /// <summary>The merged versions, oldest first; at least one.</summary>
    public IReadOnlyList<PurchaseVersion> Posts { get; }

    /// <summary>By line number.</summary>
    public IReadOnlyDictionary<int, LookupLine> Lines { get; }

    public PurchaseVersion Newest { get; }

    public string OldestPosition { get; }

    /// <summary>Index of the first record in the batch that contains a merged version.</summary>
    public int FirstRecordIndex => Posts.Min(post => post.RecordIndex);

    /// <summary>Creates one update for each purchase, in the order of their first occurrence in the batch.</summary>
    public static IReadOnlyList<PurchaseUpdate> Merge(IEnumerable<PurchaseVersion> posts)
    {
        var purchases = new OrderedDictionary<string, List<PurchaseVersion>>(StringComparer.Ordinal);
        foreach (var post in posts)
        {
            if (!purchases.TryGetValue(post.Accepted.Purchase.PurchaseId, out var ofPurchase))
                purchases.Add(post.Accepted.Purchase.PurchaseId, ofPurchase = []);
            ofPurchase.Add(post);
        }
        return [.. purchases.Select(purchase => Create(purchase.Key, purchase.Value))];
    }

    /// <summary>Returns an update for each version, oldest first.</summary>
    public IEnumerable<PurchaseUpdate> Split() => Posts.Select(post => Create(PurchaseId, [post]));

    private static PurchaseUpdate Create(string purchaseId, List<PurchaseVersion> posts)
    {
        posts.Sort((a, b) => string.CompareOrdinal(a.Position, b.Position));
        var lines = new SortedDictionary<int, LookupLine>();
        foreach (var post in posts)
        {
            var position = LinePosition.From(post.Position);
            foreach (var line in post.Accepted.Purchase.Lines)
                lines[line.Line] = new(line, position);
        }
        return new(purchaseId, posts, lines);
    }
}
