using System.Text.Json;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>Reads the legacy parameters for conditions and updates.</summary>
internal static class LegacyParameterReader
{
    public static List<ExpectedAttribute>? ReadExpected(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, "ExpectedAttributeValue"))
            return null;
        var expected = new List<ExpectedAttribute>();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var attribute = new ExpectedAttribute { Name = JsonTypes.Text(ref json) };
            json.Read();
            if (!JsonTypes.EnterElement(ref json, "ExpectedAttributeValue"))
                continue;
            while (JsonTypes.TryReadMember(ref json, out var member))
            {
                switch (member)
                {
                    case "Value":
                        attribute.Value = ReadValue(ref json, buffer);
                        break;
                    case "Exists":
                        attribute.Exists = JsonTypes.ReadBoolean(ref json);
                        break;
                    case "ComparisonOperator":
                        attribute.ComparisonOperator = JsonTypes.ReadString(ref json);
                        break;
                    case "AttributeValueList":
                        attribute.AttributeValueList = ReadValues(ref json, buffer);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
            expected.Add(attribute);
        }
        return expected;
    }

    public static List<AttributeUpdate>? ReadUpdates(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, "AttributeValueUpdate"))
            return null;
        var updates = new List<AttributeUpdate>();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var update = new AttributeUpdate { Name = JsonTypes.Text(ref json) };
            json.Read();
            if (!JsonTypes.EnterElement(ref json, "AttributeValueUpdate"))
                continue;
            while (JsonTypes.TryReadMember(ref json, out var member))
            {
                switch (member)
                {
                    case "Value":
                        update.Value = ReadValue(ref json, buffer);
                        break;
                    case "Action":
                        update.Action = JsonTypes.ReadString(ref json);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
            updates.Add(update);
        }
        return updates;
    }

    public static List<AttributeCondition>? ReadConditions(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, "Condition"))
            return null;
        var conditions = new List<AttributeCondition>();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var condition = new AttributeCondition { Name = JsonTypes.Text(ref json) };
            json.Read();
            if (!JsonTypes.EnterElement(ref json, "Condition"))
                continue;
            while (JsonTypes.TryReadMember(ref json, out var member))
            {
                switch (member)
                {
                    case "ComparisonOperator":
                        condition.ComparisonOperator = JsonTypes.ReadString(ref json);
                        break;
                    case "AttributeValueList":
                        condition.AttributeValueList = ReadValues(ref json, buffer);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
            conditions.Add(condition);
        }
        return conditions;
    }

    private static RequestValue? ReadValue(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        var value = AttributeValueReader.ReadValue(ref json, buffer, out var error, member: true);
        return value.IsMissing ? null : new(value, error);
    }

    private static List<RequestValue>? ReadValues(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterList(ref json))
            return null;
        var values = new List<RequestValue>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            var value = AttributeValueReader.ReadValue(ref json, buffer, out var error);
            if (!value.IsMissing)
                values.Add(new(value, error));
        }
        return values;
    }
}
