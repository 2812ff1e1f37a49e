using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Keys;

/// <summary>Checks the keys in requests against a table's schema. Each method returns the error, or null.</summary>
internal static class KeyRules
{
    public const string SchemaMismatch = "The provided key element does not match the schema";

    private const int MaxHashBytes = 2048;
    private const int MaxRangeBytes = 1024;

    /// <summary>Checks that a key has all attributes of the schema and no others.</summary>
    public static AwsException? CheckKey(RequestMap key, KeySchema schema) =>
        key.Map.Count != schema.Count ? TableErrors.Validation(SchemaMismatch) : CheckParts(key.Map, schema);

    /// <summary>Checks the key attributes of a map that may have other attributes.</summary>
    public static AwsException? CheckParts(AttributeMap key, KeySchema schema)
    {
        foreach (var attribute in schema.Attributes)
        {
            var value = key[attribute.Utf8];
            if (!value.Is(attribute.Type))
                return TableErrors.Validation(SchemaMismatch);
            if (CheckContent(value, attribute, attribute == schema.Hash, TableErrors.InvalidPrefix) is { } error)
                return error;
        }
        return null;
    }

    /// <summary>Checks that an item has its key, and that its index key attributes have the right types.</summary>
    public static AwsException? CheckItem(AttributeMap item, Table table)
    {
        foreach (var attribute in table.Key.Attributes)
        {
            var value = item[attribute.Utf8];
            if (value.IsMissing)
                return TableErrors.Invalid($"Missing the key {attribute.Name} in the item");
            if (value.Type != attribute.Type)
                return TableErrors.Invalid(
                    $"Type mismatch for key {attribute.Name} expected: {attribute.Type.Name()} "
                        + $"actual: {value.Type.Name()}"
                );
            if (
                CheckContent(
                    value,
                    attribute,
                    attribute == table.Key.Hash,
                    "One or more parameter values are not valid. "
                ) is
                { } error
            )
                return error;
        }
        return CheckIndexKeys(item, table);
    }

    /// <summary>Checks the index key attributes of an item.</summary>
    public static AwsException? CheckIndexKeys(AttributeMap item, Table table)
    {
        foreach (var (attribute, index) in table.IndexKeyAttributes)
        {
            var value = item[attribute.Utf8];
            if (value.IsMissing)
                continue;
            if (value.Type != attribute.Type)
                return IndexTypeMismatch(attribute, value.Type, index);
            if (attribute.Type is not AttributeType.N && value.Content.IsEmpty)
                return TableErrors.Validation(
                    "One or more parameter values are not valid. A value specified for a secondary index key is not"
                        + " supported. The AttributeValue for a key attribute cannot contain an empty"
                        + $" {(attribute.Type is AttributeType.S ? "string" : "binary")} value. "
                        + $"IndexName: {index.Name}, IndexKey: {attribute.Name}"
                );
            if (attribute.Type is not AttributeType.N && value.Content.Length > MaxBytes(attribute == index.Key.Hash))
                return TooLarge(attribute == index.Key.Hash);
        }
        return null;
    }

    public static AwsException IndexTypeMismatch(KeyAttribute attribute, AttributeType actual, TableIndex index) =>
        TableErrors.Invalid(
            $"Type mismatch for Index Key {attribute.Name} Expected: {attribute.Type.Name()} Actual: "
                + $"{actual.Name()} IndexName: {index.Name}"
        );

    /// <summary>Checks that no path leads into a key attribute, because keys are scalars.</summary>
    public static AwsException? CheckPaths(IEnumerable<DocumentPath> paths, Table table)
    {
        foreach (var path in paths)
        {
            if (path.IsTopLevel)
                continue;
            var error = CheckScalar(path, "Key", table.Key.Attributes)
                ?? CheckScalar(path, "IndexKey", table.IndexKeyAttributes.Select(key => key.Attribute));
            if (error is not null)
                return error;
        }
        return null;
    }

    private static AwsException? CheckScalar(DocumentPath path, string kind, IEnumerable<KeyAttribute> attributes) =>
        attributes.FirstOrDefault(attribute => path.Head.AsSpan().SequenceEqual(attribute.Utf8)) is { } attribute
            ? TableErrors.Validation(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                    + $"{kind}: {attribute.Name}"
            )
            : null;

    private static AwsException? CheckContent(
        AttributeValue value,
        KeyAttribute attribute,
        bool isHash,
        string emptyPrefix
    )
    {
        if (attribute.Type is AttributeType.N)
            return null;
        var length = value.Content.Length;
        if (length == 0)
            return TableErrors.Validation(
                $"{emptyPrefix}The AttributeValue for a key attribute cannot contain an empty"
                    + $" {(attribute.Type is AttributeType.S ? "string" : "binary")} value. Key: {attribute.Name}"
            );
        return length > MaxBytes(isHash) ? TooLarge(isHash) : null;
    }

    private static int MaxBytes(bool isHash) => isHash ? MaxHashBytes : MaxRangeBytes;

    private static AwsException TooLarge(bool isHash) =>
        TableErrors.Invalid(
            isHash
                ? $"Size of hashkey has exceeded the maximum size limit of{MaxHashBytes} bytes"
                : $"Aggregated size of all range keys has exceeded the size limit of {MaxRangeBytes} bytes"
        );
}
