using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Storage.LookupTable;

/// <summary>
/// Builds an UpdateItem request that increments the item's revision. Header attributes have aliases, as DynamoDB
/// reserves names such as <c>position</c>; line attributes have none.
/// </summary>
internal sealed class UpdateExpression
{
    /// <summary>
    /// DynamoDB limits an expression to 4 KB and 300 operators. <c>line_100000=:199,</c> takes 17 bytes, the header
    /// less than 500.
    /// </summary>
    public const int MaxLines = 200;

    private readonly StringBuilder _set = new();
    private readonly StringBuilder _remove = new();
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, AttributeValue> _values = [];
    private int _lines;

    /// <summary>Sets the header of a version and removes header attributes that the version lacks.</summary>
    public UpdateExpression Header(PurchaseVersion version)
    {
        foreach (var (name, value) in LookupHeader.From(version).Attributes(version.Accepted.Purchase.PurchaseId))
            Set(name, value);
        return this;
    }

    /// <summary>Sets a line. Call it at most <see cref="MaxLines"/> times.</summary>
    public UpdateExpression Line(LookupLine line)
    {
        var value = string.Create(CultureInfo.InvariantCulture, $":{_lines++}");
        Separate(_set).Append(LookupTableSchema.LineAttribute(line.Line.Line)).Append('=').Append(value);
        _values.Add(value, new(line.ToAttributeText()));
        return this;
    }

    /// <summary>
    /// Makes the write conditional: the item is missing, or nothing in it is newer than <paramref name="position"/>.
    /// </summary>
    public UpdateItemRequest UnlessNewerThan(PosResources resources, string purchaseId, string position)
    {
        var name = Name(LookupTableSchema.Position);
        return Build(
            resources,
            purchaseId,
            $"attribute_not_exists({name}) OR {name}<={Value("oldest", new(position))}"
        );
    }

    /// <summary>Makes the write conditional: the item still has <paramref name="revision"/>.</summary>
    /// <param name="revision">0 if the item was missing.</param>
    public UpdateItemRequest IfUnchangedSince(PosResources resources, string purchaseId, long revision)
    {
        var name = Name(LookupTableSchema.Revision);
        return Build(
            resources,
            purchaseId,
            revision is 0
                ? $"attribute_not_exists({name})"
                : $"{name}={Value("read", new() { N = revision.ToString(CultureInfo.InvariantCulture) })}"
        );
    }

    private UpdateItemRequest Build(PosResources resources, string purchaseId, string condition)
    {
        var expression = new StringBuilder();
        if (_set.Length > 0)
            expression.Append("SET ").Append(_set).Append(' ');
        if (_remove.Length > 0)
            expression.Append("REMOVE ").Append(_remove).Append(' ');
        expression
            .Append("ADD ")
            .Append(Name(LookupTableSchema.Revision))
            .Append(' ')
            .Append(Value("one", new() { N = "1" }));
        return new()
        {
            TableName = resources.LookupTable,
            Key = LookupTableSchema.Key(purchaseId),
            UpdateExpression = expression.ToString(),
            ConditionExpression = condition,
            ExpressionAttributeNames = _names,
            ExpressionAttributeValues = _values,
        };
    }

    private void Set(string attribute, string? value)
    {
        if (value is null)
            Separate(_remove).Append(Name(attribute));
        else
            Separate(_set).Append(Name(attribute)).Append('=').Append(Value(attribute, new(value)));
    }

    private static StringBuilder Separate(StringBuilder list) => list.Length > 0 ? list.Append(',') : list;

    private string Name(string attribute)
    {
        var alias = "#" + attribute;
        _names[alias] = attribute;
        return alias;
    }

    private string Value(string name, AttributeValue value)
    {
        var alias = ":" + name;
        _values[alias] = value;
        return alias;
    }
}
