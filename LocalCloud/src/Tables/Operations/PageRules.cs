using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>The checks that Query and Scan share. Each throws ValidationException.</summary>
internal static class PageRules
{
    public const string InvalidStart = "The provided starting key is invalid";

    // Messages about invalid values to which AWS adds no prefix.
    private static readonly string[] s_unprefixed =
    [
        "contains duplicates",
        "number set",
        "numeric value",
        "significant digits",
        "number with magnitude",
    ];

    public static TableIndex? FindIndex(ItemRequest request, Table table)
    {
        if (request.IndexName is not { } name)
        {
            if (request.Select is "ALL_PROJECTED_ATTRIBUTES")
                throw TableErrors.Invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
            return null;
        }
        var index = table.FindIndex(name)
            ?? throw TableErrors.Validation($"The table does not have the specified index: {name}");
        if (!index.IsLocal && request.ConsistentRead is true)
            throw TableErrors.Validation("Consistent reads are not supported on global secondary indexes");
        if (index.Definition.IsBackfilling)
            throw TableErrors.Validation($"Cannot read from backfilling global secondary index: {name}");
        return index;
    }

    /// <summary>Checks the values of ExclusiveStartKey.</summary>
    public static void CheckStartKey(ItemRequest request)
    {
        if (request.ExclusiveStartKey?.Error is not { } error)
            return;
        var bare = s_unprefixed.Any(part => error.Contains(part, StringComparison.Ordinal));
        throw TableErrors.Validation(bare ? error : $"{InvalidStart}: {error}");
    }

    /// <summary>Returns the number of key attributes in a start key: those of the table and of the index.</summary>
    public static int StartKeyCount(Table table, TableIndex? index) =>
        table.Key.Count + (index?.Key.Attributes.Count(attribute => !table.Key.Contains(attribute.Name)) ?? 0);

    public static void CheckStartPart(AttributeMap start, KeyAttribute attribute, KeySchema schema)
    {
        if (start[attribute.Utf8].IsMissing)
            throw TableErrors.Validation(InvalidStart);
        // The size limits of partition keys and sort keys differ.
        var part = attribute == schema.Hash ? new KeySchema(attribute, null) : schema;
        if (KeyRules.CheckParts(start, part) is { } error)
            throw error;
    }

    public static void CheckTableStart(AttributeMap start, Table table)
    {
        if (KeyRules.CheckParts(start, table.Key) is { } error)
            throw TableErrors.Validation($"{InvalidStart}: {error.Message}");
    }

    public static void CheckPaths(Projection? projection, Table table)
    {
        if (ReadOperations.CheckPaths(projection, table) is { } error)
            throw error;
    }

    public static void CheckFilterPaths(BoundCondition? filter, Table table)
    {
        if (filter is not null && KeyRules.CheckPaths(Paths(filter), table) is { } error)
            throw error;
    }

    /// <summary>Rejects attributes that a global index does not project.</summary>
    public static void CheckProjection(ItemRequest request, Table table, TableIndex? index, Projection? projection)
    {
        var hasAttributes = request.AttributesToGet is not null || request.ProjectionExpression is not null;
        if (request.Select is "SPECIFIC_ATTRIBUTES" && !hasAttributes)
            throw TableErrors.Invalid(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
            );
        if (request.Select is "ALL_ATTRIBUTES" or "ALL_PROJECTED_ATTRIBUTES" or "COUNT" && hasAttributes)
            throw TableErrors.Validation(
                $"Cannot specify the {(request.AttributesToGet is null ? "ProjectionExpression" : "AttributesToGet")} "
                    + $"when choosing to get {request.Select}"
            );
        if (index is null or { IsLocal: true } or { ProjectsAll: true })
            return;
        if (request.Select is "ALL_ATTRIBUTES")
            throw TableErrors.Invalid(
                $"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.Name} "
                    + "because its projection type is not ALL"
            );
        var missing = projection
            ?.Paths.Where(path => !index.Projects(path.Head))
            .Select(path => Encoding.UTF8.GetString(path.Head))
            .ToList();
        if (missing is { Count: > 0 })
            throw TableErrors.Invalid(
                $"Global secondary index {index.Name} does not project [{string.Join(", ", missing)}]"
            );
    }

    /// <summary>Returns true if the request needs attributes that a local index does not project.</summary>
    public static bool FetchesItems(ItemRequest request, TableIndex? index, Projection? projection) =>
        index is { IsLocal: true, ProjectsAll: false }
        && (
            request.Select is "ALL_ATTRIBUTES"
            || (projection is not null && projection.Paths.Any(path => !index.Projects(path.Head)))
        );

    /// <summary>Returns the paths in a condition.</summary>
    public static IEnumerable<DocumentPath> Paths(BoundCondition condition) =>
        Paths(condition.Root, condition.Bindings);

    private static IEnumerable<DocumentPath> Paths(Condition condition, Bindings bindings) =>
        condition switch
        {
            AndCondition and => Paths(and.Left, bindings).Concat(Paths(and.Right, bindings)),
            OrCondition or => Paths(or.Left, bindings).Concat(Paths(or.Right, bindings)),
            NotCondition not => Paths(not.Negated, bindings),
            Predicate predicate => Paths(predicate.Operands, bindings),
            _ => [],
        };

    private static IEnumerable<DocumentPath> Paths(IEnumerable<Operand> operands, Bindings bindings) =>
        operands.SelectMany(operand =>
            operand switch
            {
                PathOperand path => [bindings.Path(path.Path)],
                FunctionOperand function => Paths(function.Arguments, bindings),
                _ => [],
            }
        );
}
