using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Tables.Requests;

/// <summary>Checks the members that many operations share, in AWS's order and with AWS's messages.</summary>
internal static partial class RequestConstraints
{
    private static readonly string[] s_comparisons =
    [
        "IN",
        "NULL",
        "BETWEEN",
        "LT",
        "NOT_CONTAINS",
        "EQ",
        "GT",
        "NOT_NULL",
        "NE",
        "LE",
        "BEGINS_WITH",
        "GE",
        "CONTAINS",
    ];

    /// <summary>Checks a table name as control operations do: before all other constraints.</summary>
    /// <exception cref="AwsException">ValidationException</exception>
    public static void RequireTableName(string? name)
    {
        if (name is null)
            throw TableErrors.Validation("The parameter 'TableName' is required but was not present in the request");
        if (name.Length is < 3 or > 255)
            throw TableErrors.Validation(
                "TableName must be at least 3 characters long and at most 255 characters long"
            );
    }

    public static Constraints TableName(this Constraints constraints, string? name) =>
        constraints.Required("tableName", name).ResourceName("tableName", name);

    /// <summary>Checks the name of a table or an index.</summary>
    public static Constraints ResourceName(this Constraints constraints, string member, string? name) =>
        constraints.NamePattern(member, name).Length(member, name, 3, 255);

    public static Constraints NamePattern(this Constraints constraints, string member, string? name) =>
        constraints.Check(
            name is null || NameCharacters().IsMatch(name),
            name,
            member,
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        );

    public static Constraints ReturnConsumedCapacity(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf("returnConsumedCapacity", request.ReturnConsumedCapacity, "INDEXES", "TOTAL", "NONE");

    public static Constraints ReturnValues(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf(
            "returnValues",
            request.ReturnValues,
            "ALL_NEW",
            "UPDATED_OLD",
            "ALL_OLD",
            "NONE",
            "UPDATED_NEW"
        );

    public static Constraints ReturnItemCollectionMetrics(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf("returnItemCollectionMetrics", request.ReturnItemCollectionMetrics, "SIZE", "NONE");

    public static Constraints ReturnOnFailure(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf(
            "returnValuesOnConditionCheckFailure",
            request.ReturnValuesOnConditionCheckFailure,
            "ALL_OLD",
            "NONE"
        );

    public static Constraints ConditionalOperator(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf("conditionalOperator", request.ConditionalOperator, "OR", "AND");

    public static Constraints Select(this Constraints constraints, ItemRequest request) =>
        constraints.OneOf(
            "select",
            request.Select,
            "SPECIFIC_ATTRIBUTES",
            "COUNT",
            "ALL_ATTRIBUTES",
            "ALL_PROJECTED_ATTRIBUTES"
        );

    public static Constraints Expected(this Constraints constraints, ItemRequest request)
    {
        foreach (var expected in request.Expected ?? [])
            constraints.OneOf(
                $"expected.{expected.Name}.member.comparisonOperator",
                expected.ComparisonOperator,
                s_comparisons
            );
        return constraints;
    }

    public static Constraints Conditions(
        this Constraints constraints,
        string member,
        List<AttributeCondition>? conditions
    )
    {
        foreach (var condition in conditions ?? [])
        {
            var path = $"{member}.{condition.Name}.member.comparisonOperator";
            constraints
                .Required(path, condition.ComparisonOperator)
                .OneOf(path, condition.ComparisonOperator, s_comparisons);
        }
        return constraints;
    }

    public static Constraints AttributesToGet(this Constraints constraints, string member, List<string>? attributes) =>
        constraints.Size(member, attributes, 1, 255);

    /// <summary>Checks the number of elements of a list.</summary>
    public static Constraints Size(
        this Constraints constraints,
        string member,
        IReadOnlyCollection<string>? list,
        int least,
        int most
    ) =>
        constraints
            .Check(
                list is null || list.Count >= least,
                list is null ? null : $"[{string.Join(", ", list)}]",
                member,
                $"Member must have length greater than or equal to {least}"
            )
            .Check(
                list is null || list.Count <= most,
                list is null ? null : $"[{string.Join(", ", list)}]",
                member,
                $"Member must have length less than or equal to {most}"
            );

    public static Constraints AtLeast(this Constraints constraints, string member, long? value, long least) =>
        constraints.Check(
            value is null || value >= least,
            value,
            member,
            $"Member must have value greater than or equal to {least}"
        );

    public static Constraints AtMost(this Constraints constraints, string member, long? value, long most) =>
        constraints.Check(
            value is null || value <= most,
            value,
            member,
            $"Member must have value less than or equal to {most}"
        );

    [GeneratedRegex("^[a-zA-Z0-9_.-]+$")]
    private static partial Regex NameCharacters();
}
