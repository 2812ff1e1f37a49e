using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Legacy;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Implements Query.</summary>
internal sealed class QueryOperation(TableCatalog tables, ExpressionCache cache, PageResponse pages)
{
    public Task QueryAsync(ItemRequest request, Utf8JsonWriter json)
    {
        Check(request);
        var binder = new ExpressionBinder(cache, request);
        var conditions = KeyConditions(request, binder, out var filter, out var projection);
        if (conditions.Count is not (1 or 2))
            throw TableErrors.Validation("Conditions can be of length 1 or 2 only");

        var table = tables.Get(request.TableName!);
        var index = PageRules.FindIndex(request, table);
        var schema = index?.Key ?? table.Key;
        var start = request.ExclusiveStartKey?.Map;
        if (start is not null && start.Value.Count != PageRules.StartKeyCount(table, index))
            throw TableErrors.Validation(PageRules.InvalidStart);
        foreach (var attribute in schema.Attributes)
            CheckCondition(attribute, schema, conditions, start);
        var hash = conditions.First(condition => condition.Attribute == schema.Hash.Name);
        var range = conditions.Find(condition => condition.Attribute == schema.Range?.Name);
        if (start is not null)
            CheckStart(start.Value, table, schema, hash, range);
        PageRules.CheckPaths(projection, table);
        RejectKeys(request, filter, schema);
        PageRules.CheckProjection(request, table, index, projection);
        PageRules.CheckFilterPaths(filter, table);

        using var partition = new ValueBuffer(256);
        partition.Append(index?.Prefix ?? table.Prefix);
        KeyEncoding.AppendPartition(partition, hash.Values[0]);
        var (from, to) = KeyCondition.Range(partition.Written, range);
        var descending = request.ScanIndexForward is false;
        if (start is not null)
        {
            var key = index is null ? table.KeyOf(start.Value) : IndexEntry.Key(table, index, start.Value)!;
            if (descending)
                to = key;
            else
                from = [.. key, 0];
        }
        return pages.WriteAsync(
            request,
            new()
            {
                Table = table,
                Index = index,
                From = from,
                To = to,
                Descending = descending,
                Limit = request.Limit,
                Filter = filter,
                Projection = projection,
                CountOnly = request.Select is "COUNT",
                FetchesItems = PageRules.FetchesItems(request, index, projection),
            },
            json
        );
    }

    private static void Check(ItemRequest request)
    {
        new Constraints()
            .Select(request)
            .ResourceName("indexName", request.IndexName)
            .ReturnConsumedCapacity(request)
            .Conditions("queryFilter", request.QueryFilter)
            .TableName(request.TableName)
            .ConditionalOperator(request)
            .AttributesToGet("attributesToGet", request.AttributesToGet)
            .AtLeast("limit", request.Limit, 1)
            .Conditions("keyConditions", request.KeyConditions)
            .Enforce();
        ExpressionParameters.Check(
            request,
            [
                ("ProjectionExpression", request.ProjectionExpression),
                ("FilterExpression", request.FilterExpression),
                ("KeyConditionExpression", request.KeyConditionExpression),
            ],
            [
                ("AttributesToGet", request.AttributesToGet),
                ("QueryFilter", request.QueryFilter),
                ("ConditionalOperator", request.ConditionalOperator),
                ("KeyConditions", request.KeyConditions),
            ]
        );
        LegacyConditionRules.CheckConditions(request.QueryFilter);
        ReadOperations.RejectDuplicates(request.AttributesToGet);
        PageRules.CheckStartKey(request);
        if (request.KeyConditions is null && request.KeyConditionExpression is null)
            throw TableErrors.Validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            );
    }

    private static List<KeyCondition> KeyConditions(
        ItemRequest request,
        ExpressionBinder binder,
        out BoundCondition? filter,
        out Expressions.Projections.Projection? projection
    )
    {
        var keys = request.KeyConditionExpression is { } expression
            ? binder.Condition("KeyConditionExpression", expression)
            : null;
        filter = request.FilterExpression is { } filterExpression
            ? binder.Condition("FilterExpression", filterExpression)
            : LegacyConditions.FromFilter(request.QueryFilter, request.ConditionalOperator);
        projection = ReadOperations.Projection(request, binder);
        binder.RejectUnused();
        if (keys is not null)
        {
            var translated = KeyConditionTranslation.Translate(keys);
            LegacyConditionRules.CheckConditions([
                .. translated.Select(condition => new AttributeCondition
                {
                    Name = condition.Attribute,
                    ComparisonOperator = condition.Operator,
                    AttributeValueList = [.. condition.Values.Select(value => new RequestValue(value, null))],
                }),
            ]);
            return translated;
        }
        LegacyConditionRules.CheckConditions(request.KeyConditions);
        return
        [
            .. request.KeyConditions!.Select(condition => new KeyCondition(
                condition.Name,
                condition.ComparisonOperator!,
                [.. condition.AttributeValueList?.Select(value => value.Value) ?? []]
            )),
        ];
    }

    private static void CheckCondition(
        KeyAttribute attribute,
        KeySchema schema,
        List<KeyCondition> conditions,
        AttributeMap? start
    )
    {
        var isHash = attribute == schema.Hash;
        if (start is not null)
            PageRules.CheckStartPart(start.Value, attribute, schema);
        if (isHash && schema.Range is null && conditions.Count > 1)
            throw TableErrors.Validation("Query key condition not supported");
        if (conditions.Find(known => known.Attribute == attribute.Name) is not { } condition)
        {
            if (isHash || conditions.Count > 1)
                throw TableErrors.Validation($"Query condition missed key schema element: {attribute.Name}");
            return;
        }
        if (!condition.IsIndexable)
            throw TableErrors.Validation("Attempted conditional constraint is not an indexable operation");
        if (condition.Values.Any(value => value.Type != attribute.Type))
            throw TableErrors.Invalid("Condition parameter type does not match schema type");
        if (isHash && condition.Operator is not "EQ")
            throw TableErrors.Validation("Query key condition not supported");
    }

    private static void CheckStart(
        AttributeMap start,
        Table table,
        KeySchema schema,
        KeyCondition hash,
        KeyCondition? range
    )
    {
        PageRules.CheckTableStart(start, table);
        var sameHash = hash.Matches(start[schema.Hash.Utf8]);
        if (range is null && !sameHash)
            throw TableErrors.Validation(
                "The provided starting key is outside query boundaries based on provided conditions"
            );
        if (range is not null && !range.Matches(start[schema.Range!.Utf8]))
            throw TableErrors.Validation("The provided starting key does not match the range key predicate");
        if (!sameHash)
            throw TableErrors.Validation("The query can return at most one row and cannot be restarted");
    }

    private static void RejectKeys(ItemRequest request, BoundCondition? filter, KeySchema schema)
    {
        if (filter is null)
            return;
        var parameter = request.FilterExpression is null ? "QueryFilter" : "Filter Expression";
        foreach (var attribute in schema.Attributes)
        {
            if (PageRules.Paths(filter).Any(path => path.Head.AsSpan().SequenceEqual(attribute.Utf8)))
                throw TableErrors.Validation(
                    $"{parameter} can only contain non-primary key attributes: Primary key attribute: {attribute.Name}"
                );
        }
    }
}
