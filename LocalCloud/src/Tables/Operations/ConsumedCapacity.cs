using System.Text.Json;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Counts the capacity units of one table and writes them to responses.</summary>
internal sealed class ConsumedCapacity(Table table)
{
    private const double ReadUnitBytes = 4096;
    private const double WriteUnitBytes = 1024;
    private readonly SortedDictionary<string, (TableIndex Index, double Units)> _indexes = new(StringComparer.Ordinal);
    private double _table;

    /// <summary>True in transactions, which cost twice as much and report reads and writes separately.</summary>
    public bool IsTransaction { get; init; }

    public bool IsWrite { get; init; }

    public double Total => _table + _indexes.Values.Sum(index => index.Units);

    /// <summary>Returns the units of reading one item; a missing item costs as much as a small one.</summary>
    public static double ReadUnits(int bytes, bool consistent) =>
        Math.Max(1, Math.Ceiling(bytes / ReadUnitBytes)) * (consistent ? 1 : 0.5);

    /// <summary>Returns the units of reading a page, rounded up once for all its items.</summary>
    public static double PageUnits(long bytes, bool consistent) =>
        Math.Ceiling(bytes / ReadUnitBytes) * (consistent ? 1 : 0.5);

    /// <summary>Returns the units of writing one item, counting the larger of its two versions.</summary>
    public static double WriteUnits(WriteResult result) =>
        Math.Max(
            1,
            Math.Ceiling(Math.Max(result.Before?.Size.Item ?? 0, result.After?.Size.Item ?? 0) / WriteUnitBytes)
        );

    public void Add(double units) => _table += units;

    public void AddIndex(TableIndex index, double units)
    {
        var known = _indexes.GetValueOrDefault(index.Name);
        _indexes[index.Name] = (index, known.Units + units);
    }

    public void AddWrite(WriteResult result)
    {
        var factor = IsTransaction ? 2 : 1;
        Add(factor * WriteUnits(result));
        foreach (var (index, units) in result.IndexUnits ?? [])
            AddIndex(index, factor * units);
    }

    /// <summary>Writes the structure, with its parts if the request asks for INDEXES.</summary>
    public void Write(Utf8JsonWriter json, string? requested)
    {
        json.WriteStartObject();
        json.WriteNumber("CapacityUnits"u8, Total);
        WriteKind(json, Total);
        json.WriteString("TableName"u8, table.Name);
        if (requested is "INDEXES")
        {
            json.WriteStartObject("Table"u8);
            json.WriteNumber("CapacityUnits"u8, _table);
            WriteKind(json, _table);
            json.WriteEndObject();
            WriteIndexes(json, "LocalSecondaryIndexes", isLocal: true);
            WriteIndexes(json, "GlobalSecondaryIndexes", isLocal: false);
        }
        json.WriteEndObject();
    }

    public static bool IsRequested(string? requested) => requested is "TOTAL" or "INDEXES";

    private void WriteIndexes(Utf8JsonWriter json, string member, bool isLocal)
    {
        var indexes = _indexes.Where(index => index.Value.Index.IsLocal == isLocal).ToList();
        if (indexes.Count == 0)
            return;
        json.WriteStartObject(member);
        foreach (var (name, (_, units)) in indexes)
        {
            json.WriteStartObject(name);
            json.WriteNumber("CapacityUnits"u8, units);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteKind(Utf8JsonWriter json, double units)
    {
        if (IsTransaction)
            json.WriteNumber(IsWrite ? "WriteCapacityUnits"u8 : "ReadCapacityUnits"u8, units);
    }
}
