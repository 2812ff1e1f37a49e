using LocalCloud.Protocol;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Legacy;

/// <summary>Checks the legacy parameters for conditions.</summary>
internal static class LegacyConditionRules
{
    /// <summary>The error message for bounds of BETWEEN in the wrong order.</summary>
    private const string Bounds =
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound";

    /// <exception cref="AwsException">ValidationException</exception>
    public static void CheckExpected(List<ExpectedAttribute>? expected)
    {
        foreach (var attribute in expected ?? [])
        {
            if (attribute.AttributeValueList is not null && attribute.Value is not null)
                throw TableErrors.Invalid(
                    $"Value and AttributeValueList cannot be used together for Attribute: {attribute.Name}"
                );
            if (attribute.ComparisonOperator is not null)
                CheckComparison(attribute, attribute.ComparisonOperator);
            else if (attribute.AttributeValueList is not null)
                throw TableErrors.Invalid(
                    $"AttributeValueList can only be used with a ComparisonOperator for Attribute: {attribute.Name}"
                );
            else
                CheckExists(attribute);
        }
    }

    /// <summary>Checks KeyConditions, QueryFilter or ScanFilter.</summary>
    /// <exception cref="AwsException">ValidationException</exception>
    public static void CheckConditions(List<AttributeCondition>? conditions)
    {
        foreach (var condition in conditions ?? [])
        {
            var (comparison, values) = (condition.ComparisonOperator!, condition.AttributeValueList ?? []);
            CheckValues(values);
            CheckCount(comparison, values.Count);
            CheckSameType(values);
            foreach (var value in values)
            {
                if (!IsAllowed(comparison, value.Value.Type))
                    throw TableErrors.Invalid(
                        $"ComparisonOperator {comparison} is not valid for {value.Value.Type.Name()} "
                            + "AttributeValue type"
                    );
            }
            CheckBounds(comparison, values);
        }
    }

    private static void CheckComparison(ExpectedAttribute attribute, string comparison)
    {
        if (attribute.Exists is not null)
            throw TableErrors.Invalid(
                $"Exists and ComparisonOperator cannot be used together for Attribute: {attribute.Name}"
            );
        if (comparison is not ("NULL" or "NOT_NULL") && attribute.AttributeValueList is null && attribute.Value is null)
            throw TableErrors.Invalid(
                $"Value or AttributeValueList must be used with ComparisonOperator: {comparison} for "
                    + $"Attribute: {attribute.Name}"
            );
        var values = attribute.AttributeValueList ?? (attribute.Value is null ? [] : [attribute.Value]);
        CheckCount(comparison, values.Count);
        CheckValues(values);
        CheckSameType(values);
        CheckBounds(comparison, values);
    }

    private static void CheckExists(ExpectedAttribute attribute)
    {
        if (attribute.Exists is not false && attribute.Value is null)
            throw TableErrors.Invalid(
                $"Value must be provided when Exists is {(attribute.Exists is null ? "null" : "true")} "
                    + $"for Attribute: {attribute.Name}"
            );
        if (attribute.Exists is false && attribute.Value is not null)
            throw TableErrors.Invalid($"Value cannot be used when Exists is false for Attribute: {attribute.Name}");
        if (attribute.Value?.Error is { } error)
            throw TableErrors.Validation(error);
    }

    private static void CheckValues(List<RequestValue> values)
    {
        foreach (var value in values)
        {
            if (value.Error is not null)
                throw TableErrors.Validation(value.Error);
        }
    }

    private static void CheckCount(string comparison, int count)
    {
        var fits = comparison switch
        {
            "NULL" or "NOT_NULL" => count == 0,
            "IN" => count > 0,
            "BETWEEN" => count == 2,
            _ => count == 1,
        };
        if (!fits)
            throw TableErrors.Invalid($"Invalid number of argument(s) for the {comparison} ComparisonOperator");
    }

    private static void CheckSameType(List<RequestValue> values)
    {
        if (values.Any(value => value.Value.Type != values[0].Value.Type))
            throw TableErrors.Invalid("AttributeValues inside AttributeValueList must be of same type");
    }

    private static void CheckBounds(string comparison, List<RequestValue> values)
    {
        if (
            comparison is "BETWEEN"
            && values[0].Value.Type.IsScalarKey()
            && ValueComparison.Compare(values[0].Value, values[1].Value) > 0
        )
            throw TableErrors.Validation(Bounds);
    }

    private static bool IsAllowed(string comparison, AttributeType type) =>
        comparison switch
        {
            "EQ" or "NE" => type.IsScalarKey() || type.IsSet(),
            "BEGINS_WITH" => type is AttributeType.S or AttributeType.B,
            _ => type.IsScalarKey(),
        };
}
