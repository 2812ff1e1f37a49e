using System.Text;
using Pos.Contracts;
using Pos.Contracts.Ingest;
using Pos.Import.Csv;

namespace Pos.Import;

/// <summary>A stretch of the file: posts that go in one request, and the rows among them that cannot be sent.</summary>
internal sealed class ReplayBatch
{
    private readonly List<(CsvPurchase Post, ReadOnlyMemory<byte> Json)> _posts = [];
    private readonly List<CsvRejectedRow> _unsendable = [];
    private readonly HashSet<string> _purchaseIds = new(StringComparer.Ordinal);
    private int _bytes;

    /// <summary>Posts and unsendable rows.</summary>
    public int Items => _posts.Count + _unsendable.Count;

    /// <summary>Lines of the posts.</summary>
    public int Lines { get; private set; }

    /// <summary>Rows of the file: a line each, and the unsendable ones.</summary>
    public int Rows => Lines + _unsendable.Count;

    /// <summary>JSON of each post with its line end, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Posts => [.. _posts.Select(post => post.Json)];

    public bool Holds(string purchaseId) => _purchaseIds.Contains(purchaseId);

    /// <summary>Whether the post fits; an empty batch takes any.</summary>
    public bool HasRoomFor(CsvPurchase post, ReadOnlyMemory<byte> json, int mostPosts, int mostLines, int mostBytes) =>
        _posts.Count == 0
        || (
            _posts.Count < mostPosts
            && Lines + post.Purchase.Lines.Count <= mostLines
            && _bytes + json.Length <= mostBytes
        );

    public void Add(CsvPurchase post, ReadOnlyMemory<byte> json)
    {
        _posts.Add((post, json));
        _purchaseIds.Add(post.Purchase.PurchaseId);
        Lines += post.Purchase.Lines.Count;
        _bytes += json.Length;
    }

    public void Add(CsvRejectedRow row) => _unsendable.Add(row);

    /// <summary>
    /// Every rejected row by its number: the unsendable ones, and all rows of a refused purchase, with the JSON that
    /// was sent.
    /// </summary>
    public IReadOnlyList<CsvRejectedRow> Rejected(IReadOnlyList<RejectedPurchase> refused) =>
        [.. refused.SelectMany(RowsOf).Concat(_unsendable).OrderBy(rejected => rejected.Row)];

    private IEnumerable<CsvRejectedRow> RowsOf(RejectedPurchase refusal)
    {
        var (post, json) = _posts[refusal.Index];
        var sent = Encoding.UTF8.GetString(json.Span).TrimEnd();
        return post.Rows.Select(row => new CsvRejectedRow(row, sent, post.Purchase.PurchaseId, refusal.Errors));
    }
}
