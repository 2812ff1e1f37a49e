using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Control;

/// <summary>Implements UpdateTimeToLive and DescribeTimeToLive.</summary>
internal sealed class TimeToLiveOperations(TableCatalog tables, TableOperations operations, IndexBackfill backfill)
{
    private const int MaxAttributeName = 255;

    public async Task UpdateAsync(RequestObject json, Utf8JsonWriter response)
    {
        var name = TableOperations.Name(json);
        var specification = json.Object("TimeToLiveSpecification", "TimeToLiveSpecification");
        var (attribute, enabled) = (specification?.String("AttributeName"), specification?.Boolean("Enabled"));
        new Constraints().Required("timeToLiveSpecification", specification?.ToString()).Enforce();
        new Constraints()
            .Required("timeToLiveSpecification.attributeName", attribute)
            .Length("timeToLiveSpecification.attributeName", attribute, 1, MaxAttributeName)
            .Required("timeToLiveSpecification.enabled", enabled)
            .Enforce();
        TimeToLiveDefinition? disabled = null;
        var table = await tables.ChangeAsync(name, table =>
            Change(table.Definition, attribute!, enabled!.Value, out disabled)
        );
        if (enabled!.Value)
            backfill.Start(table.Name);
        else
            await backfill.DeleteExpiryAsync(table, disabled!);
        response.WriteStartObject();
        response.WriteStartObject("TimeToLiveSpecification"u8);
        response.WriteString("AttributeName"u8, attribute);
        response.WriteBoolean("Enabled"u8, enabled.Value);
        response.WriteEndObject();
        response.WriteEndObject();
    }

    public void Describe(RequestObject json, Utf8JsonWriter response)
    {
        var ttl = operations.Find(json).Definition.TimeToLive;
        response.WriteStartObject();
        response.WriteStartObject("TimeToLiveDescription"u8);
        if (ttl is not null)
            response.WriteString("AttributeName"u8, ttl.Attribute);
        response.WriteString(
            "TimeToLiveStatus"u8,
            ttl is null ? "DISABLED"
                : ttl.IsBackfilling ? "ENABLING"
                : "ENABLED"
        );
        response.WriteEndObject();
        response.WriteEndObject();
    }

    private static TableDefinition Change(
        TableDefinition definition,
        string attribute,
        bool enabled,
        out TimeToLiveDefinition? disabled
    )
    {
        disabled = definition.TimeToLive;
        if (enabled && disabled is not null)
            throw TableErrors.Validation(
                disabled.Attribute == attribute
                    ? "TimeToLive is already enabled"
                    : "TimeToLive is active on a different AttributeName: current AttributeName is "
                        + $"{disabled.Attribute}"
            );
        if (!enabled && disabled is null)
            throw TableErrors.Validation("TimeToLive is already disabled");
        if (!enabled && disabled!.Attribute != attribute)
            throw TableErrors.Validation(
                $"TimeToLive is active on a different AttributeName: current AttributeName is {disabled.Attribute}"
            );
        return enabled
            ? definition with
            {
                TimeToLive = new(attribute, definition.NextIndex, IsBackfilling: true),
                NextIndex = (ushort)(definition.NextIndex + 1),
            }
            : definition with
            {
                TimeToLive = null,
            };
    }
}
