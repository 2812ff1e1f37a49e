using System.Globalization;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Pos.Reconciliation.Stores;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation.Rebuild;

/// <summary>
/// Computes a purchase's correct item from the existing item and the lake's newest version of each line.
/// </summary>
internal sealed class RepairedItem
{
    private readonly Dictionary<string, AttributeValue> _item;
    private readonly Dictionary<int, StoredLine> _lake;
    private readonly HashSet<int> _newer = [];

    /// <param name="purchaseId">The purchase.</param>
    /// <param name="item">The existing item; null when there is none.</param>
    /// <param name="lake">The lake's lines of the purchase.</param>
    /// <param name="stays">Decides whether to keep a line that the lake lacks or has in an older version. Receives its
    /// number and its position (null if unreadable). For a header, both are null.</param>
    public RepairedItem(
        string purchaseId,
        Dictionary<string, AttributeValue>? item,
        IReadOnlyList<StoredLine> lake,
        Func<int?, string?, bool> stays
    )
    {
        _item = item ?? [];
        _lake = lake.ToDictionary(line => line.Line);
        Attributes = new(_item, StringComparer.Ordinal) { [LookupTableSchema.PurchaseId] = new(purchaseId) };
        RepairLines(stays);
        if (lake.Count > 0)
            RepairHeader(purchaseId, stays);
        else if (item is not null && !Attributes.Keys.Any(IsLine) && (Counts.Removed > 0 || !stays(null, null)))
            (IsRemoved, Counts) = (true, new(0, Math.Max(1, Counts.Removed)));
    }

    /// <summary>True if the item has to be removed.</summary>
    public bool IsRemoved { get; }

    /// <summary>The correct attributes, with the revision unchanged.</summary>
    public Dictionary<string, AttributeValue> Attributes { get; }

    public RepairCounts Counts { get; private set; }

    public bool IsUnchanged =>
        !IsRemoved
        && _item.Count == Attributes.Count
        && Attributes.All(attribute =>
            _item.TryGetValue(attribute.Key, out var was) && was.S == attribute.Value.S && was.N == attribute.Value.N
        );

    /// <summary>Returns the item's revision; null when it has none.</summary>
    public static long? RevisionOf(Dictionary<string, AttributeValue>? item) =>
        item?.GetValueOrDefault(LookupTableSchema.Revision)?.N is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;

    private void RepairLines(Func<int?, string?, bool> stays)
    {
        foreach (var (name, value) in _item)
        {
            if (!LookupTableSchema.TryGetLine(name, out var number))
                continue;
            var position = PositionOf(number, value.S);
            var isInLake = _lake.TryGetValue(number, out var line);
            if (isInLake && (position is null || string.CompareOrdinal(position, line!.Position) <= 0))
                continue; // Not newer than the lake's version: replaced below if it differs.
            if (stays(number, position))
            {
                _newer.Add(number);
                continue;
            }
            Attributes.Remove(name);
            if (!isInLake)
                Counts += new RepairCounts(0, 1);
        }
        foreach (var line in _lake.Values.Where(line => !_newer.Contains(line.Line)))
        {
            var text = TextOf(line);
            var name = LookupTableSchema.LineAttribute(line.Line);
            if (_item.GetValueOrDefault(name)?.S == text)
                continue;
            Attributes[name] = new(text);
            Counts += new RepairCounts(1, 0);
        }
    }

    private void RepairHeader(string purchaseId, Func<int?, string?, bool> stays)
    {
        var newest = _lake.Values.MaxBy(line => line.Position, StringComparer.Ordinal)!;
        var position = Positions.Compact(_item.GetValueOrDefault(LookupTableSchema.Position)?.S ?? "");
        if (
            string.CompareOrdinal(position, newest.Position) > 0
            && (
                _newer.Any(number => PositionOf(number, _item[LookupTableSchema.LineAttribute(number)].S) == position)
                || stays(null, null)
            )
        )
            return;
        var header = newest.Header;
        var repaired = new LookupHeader
        {
            Position = Positions.Full(newest.Position),
            PurchasedAt = new DateTimeOffset(newest.PostPurchasedAt ?? header.PurchasedAt),
            IngestedAt = new DateTimeOffset(header.IngestedAt),
            Currency = header.Currency,
            CustomerId = header.CustomerId,
            StoreId = header.StoreId,
            Country = header.Country,
        };
        foreach (var (name, value) in repaired.Attributes(purchaseId))
            Set(name, value);
    }

    private void Set(string attribute, string? value)
    {
        if (value is null)
            Attributes.Remove(attribute);
        else if (_item.GetValueOrDefault(attribute)?.S != value)
            Attributes[attribute] = new(value);
    }

    private static string TextOf(StoredLine line) =>
        new LookupLine(
            new()
            {
                Line = line.Line,
                ProductId = line.ProductId,
                Description = line.Description,
                Quantity = line.Quantity,
                UnitPrice = line.UnitPrice,
                PurchasedAt = line.PostPurchasedAt is null ? null : new DateTimeOffset(line.Header.PurchasedAt),
            },
            line.Position
        ).ToAttributeText();

    /// <summary>Returns null if the text is not a stored line.</summary>
    private static string? PositionOf(int number, string? text)
    {
        try
        {
            return text is null ? null : LookupLine.Parse(number, text).Position;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsLine(string attribute) => LookupTableSchema.TryGetLine(attribute, out _);
}
