using Pos.Reconciliation.Stores;
using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Rebuild;

/// <summary>Repairs rows of the warehouse from the lake, up to 2,000 in a transaction.</summary>
internal sealed class WarehouseRepair(LineRepair repair, bool dryRun)
{
    private const int RowsPerTransaction = 2_000;

    private readonly HashSet<SeenRow> _wrong = [];
    private readonly List<LineRow> _right = [];

    public RepairCounts Counts { get; private set; }

    /// <summary>Adds the rows of a line, and writes the collected repairs when there are enough.</summary>
    /// <param name="lake">The lake's newest version of the line; null when the lake lacks it.</param>
    /// <param name="rows">The warehouse's rows of the line.</param>
    /// <param name="stays">Decides whether to keep a row that the lake lacks or has in an older version.</param>
    /// <param name="cancellationToken">Stops between transactions.</param>
    public async Task RepairAsync(
        StoredLine? lake,
        IReadOnlyList<StoredLine> rows,
        Func<StoredLine, bool> stays,
        CancellationToken cancellationToken
    )
    {
        if (lake is not null && rows is [var only] && lake.Equivalent(only))
            return;
        var unmatched = rows.Where(row => lake is null || string.CompareOrdinal(row.Position, lake.Position) > 0)
            .ToLookup(stays);
        var known = rows.Except(unmatched.SelectMany(row => row), ReferenceEqualityComparer.Instance)
            .Cast<StoredLine>()
            .ToList();
        var hasNewer = unmatched[true].Any();
        var wrong = unmatched[false].ToList();
        var isRight = !hasNewer && known is [var single] && lake!.Equivalent(single);
        if (!isRight)
            wrong.AddRange(known);
        foreach (var row in wrong)
            _wrong.Add(Seen(row));
        var put = lake is not null && !hasNewer && !isRight ? 1 : 0;
        if (put > 0)
            _right.Add(Row(lake!));
        Counts += new RepairCounts(put, Math.Max(0, wrong.Count - put));
        if (Math.Max(_wrong.Count, _right.Count) >= RowsPerTransaction)
            await FlushAsync(cancellationToken);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!dryRun && _wrong.Count + _right.Count > 0)
            await repair.ReplaceAsync(_wrong, _right, cancellationToken);
        _wrong.Clear();
        _right.Clear();
    }

    public static SeenRow Seen(StoredLine row) => new(row.PurchaseId, row.Line, Positions.Full(row.Position));

    private static LineRow Row(StoredLine line) =>
        new()
        {
            PurchaseId = line.PurchaseId,
            Line = line.Line,
            CustomerId = line.Header.CustomerId,
            StoreId = line.Header.StoreId,
            PurchasedAt = line.Header.PurchasedAt,
            Country = line.Header.Country,
            Currency = line.Header.Currency,
            ProductId = line.ProductId,
            Description = line.Description,
            Quantity = line.Quantity,
            UnitPrice = line.UnitPrice,
            IngestedAt = line.Header.IngestedAt,
            Position = Positions.Full(line.Position),
        };
}
