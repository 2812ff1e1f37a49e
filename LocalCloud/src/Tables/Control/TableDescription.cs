using System.Text.Json;
using LocalCloud.Tables.Definitions;
using Microsoft.Extensions.Options;

namespace LocalCloud.Tables.Control;

/// <summary>Writes tables in the format of DescribeTable.</summary>
internal sealed class TableDescription(IOptions<LocalCloudOptions> options)
{
    /// <summary>Writes the structure TableDescription.</summary>
    /// <param name="updated">The global indexes that change; null if all have the status of the table.</param>
    /// <param name="described">The definition to show; null for the current one.</param>
    public void Write(
        Utf8JsonWriter json,
        Table table,
        string status,
        IReadOnlySet<string>? updated = null,
        TableDefinition? described = null
    )
    {
        var definition = described ?? table.Definition;
        json.WriteStartObject();
        json.WriteStartArray("AttributeDefinitions"u8);
        foreach (var attribute in definition.Attributes)
        {
            json.WriteStartObject();
            json.WriteString("AttributeName"u8, attribute.Name);
            json.WriteString("AttributeType"u8, attribute.Type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("TableName"u8, definition.Name);
        WriteKey(json, definition.Key);
        json.WriteString("TableStatus"u8, IsBackfilling(definition) && status is "ACTIVE" ? "UPDATING" : status);
        WriteTime(json, "CreationDateTime", definition.CreatedAt);
        WriteThroughput(json, definition.Throughput);
        json.WriteNumber("TableSizeBytes"u8, table.Sizes[0].Bytes);
        json.WriteNumber("ItemCount"u8, table.Sizes[0].Items);
        json.WriteString("TableArn"u8, Arn(definition.Name));
        json.WriteString("TableId"u8, definition.Id);
        WriteBilling(json, definition, status is not ("CREATING" or "UPDATING"));
        WriteIndexes(json, "LocalSecondaryIndexes", table.LocalIndexes, definition, _ => status);
        if (status is not "DELETING")
            WriteIndexes(json, "GlobalSecondaryIndexes", table.GlobalIndexes, definition, index =>
                updated is null || updated.Contains(index) ? status : "ACTIVE"
            );
        if (definition.DeletionProtection)
            json.WriteBoolean("DeletionProtectionEnabled"u8, true);
        if (definition.TableClass is { } tableClass)
        {
            json.WriteStartObject("TableClassSummary"u8);
            json.WriteString("TableClass"u8, tableClass);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public string Arn(string table) =>
        $"arn:aws:dynamodb:{options.Value.Region}:{options.Value.AccountId}:table/{table}";

    private static bool IsBackfilling(TableDefinition definition) =>
        definition.GlobalIndexes.Any(index => index.IsBackfilling);

    private void WriteIndexes(
        Utf8JsonWriter json,
        string member,
        IReadOnlyList<TableIndex> indexes,
        TableDefinition definition,
        Func<string, string> status
    )
    {
        if (indexes.Count == 0)
            return;
        json.WriteStartArray(member);
        foreach (var index in indexes)
        {
            json.WriteStartObject();
            json.WriteString("IndexName"u8, index.Name);
            WriteKey(json, index.Definition.Key);
            WriteProjection(json, index.Definition);
            if (!index.IsLocal)
            {
                json.WriteString("IndexStatus"u8, index.Definition.IsBackfilling ? "CREATING" : status(index.Name));
                if (index.Definition.IsBackfilling)
                    json.WriteBoolean("Backfilling"u8, true);
                WriteThroughput(json, definition.GlobalIndexes.First(known => known.Name == index.Name).Throughput);
            }
            json.WriteNumber("IndexSizeBytes"u8, index.Size.Bytes);
            json.WriteNumber("ItemCount"u8, index.Size.Items);
            json.WriteString("IndexArn"u8, $"{Arn(definition.Name)}/index/{index.Name}");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteKey(Utf8JsonWriter json, IReadOnlyList<KeyElement> key)
    {
        json.WriteStartArray("KeySchema"u8);
        foreach (var element in key)
        {
            json.WriteStartObject();
            json.WriteString("AttributeName"u8, element.Name);
            json.WriteString("KeyType"u8, element.Type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteProjection(Utf8JsonWriter json, IndexDefinition index)
    {
        json.WriteStartObject("Projection"u8);
        json.WriteString("ProjectionType"u8, index.Projection.ToString());
        if (index.NonKeyAttributes is { } attributes)
        {
            json.WriteStartArray("NonKeyAttributes"u8);
            foreach (var attribute in attributes)
                json.WriteStringValue(attribute);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteThroughput(Utf8JsonWriter json, Throughput throughput)
    {
        json.WriteStartObject("ProvisionedThroughput"u8);
        json.WriteNumber("ReadCapacityUnits"u8, throughput.Read);
        json.WriteNumber("WriteCapacityUnits"u8, throughput.Write);
        json.WriteNumber("NumberOfDecreasesToday"u8, throughput.DecreasesToday);
        if (throughput.IncreasedAt is { } increased)
            WriteTime(json, "LastIncreaseDateTime", increased);
        if (throughput.DecreasedAt is { } decreased)
            WriteTime(json, "LastDecreaseDateTime", decreased);
        json.WriteEndObject();
    }

    private static void WriteBilling(Utf8JsonWriter json, TableDefinition definition, bool isSettled)
    {
        if (definition.BillingMode is BillingMode.PROVISIONED && definition.OnDemandSince is null)
            return;
        json.WriteStartObject("BillingModeSummary"u8);
        json.WriteString("BillingMode"u8, definition.BillingMode.ToString());
        if (isSettled && definition.OnDemandSince is { } since)
            WriteTime(json, "LastUpdateToPayPerRequestDateTime", since);
        json.WriteEndObject();
        json.WriteStartObject("TableThroughputModeSummary"u8);
        json.WriteString("TableThroughputMode"u8, definition.BillingMode.ToString());
        if (isSettled && definition.OnDemandSince is { } changed && changed != definition.CreatedAt)
            WriteTime(json, "LastUpdateToPayPerRequestDateTime", changed);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string member, DateTimeOffset time) =>
        json.WriteNumber(member, time.ToUnixTimeMilliseconds() / 1000.0);
}
