using Pos.Contracts;

namespace Pos.Import.Csv;

/// <summary>What a CSV file gives: every row that is not blank is in exactly one item.</summary>
public abstract record CsvItem
{
    private protected CsvItem() { }
}

/// <summary>One post of a purchase: contiguous rows of it, valid, its lines numbered.</summary>
/// <param name="Purchase">The purchase, or the part of it that these rows are.</param>
/// <param name="Rows">For each of its lines the row it comes from, counted in lines of text from 1 (the header is
/// 1).</param>
public sealed record CsvPurchase(Purchase Purchase, IReadOnlyList<long> Rows) : CsvItem;

/// <summary>A row that breaks the rules; those around it are not affected.</summary>
/// <param name="Row">Counted in lines of text from 1 (the header is 1); of a row with line ends in it, the
/// first.</param>
/// <param name="Text">The row as it stands in the file, without its line end.</param>
/// <param name="PurchaseId">What the row gave as purchase_id; null when it has none.</param>
/// <param name="Errors">Every reason, by field names of the contract.</param>
public sealed record CsvRejectedRow(long Row, string Text, string? PurchaseId, IReadOnlyList<PurchaseError> Errors)
    : CsvItem;

/// <summary>A column of the header.</summary>
/// <param name="Name">As it stands in the file.</param>
/// <param name="Field">The contract's field that it is taken for; null when it is passed over.</param>
public sealed record CsvColumn(string Name, string? Field);
