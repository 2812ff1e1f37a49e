using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Updates;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Legacy;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Checks writes in AWS's order: members, values, expressions, table, keys.</summary>
internal sealed class WritePreparation(TableCatalog tables, ExpressionCache cache)
{
    public const string ItemTooLarge = "Item size has exceeded the maximum allowed size";

    /// <exception cref="AwsException">ValidationException or ResourceNotFoundException</exception>
    public PreparedWrite Put(ItemRequest request)
    {
        new Constraints()
            .ReturnConsumedCapacity(request)
            .TableName(request.TableName)
            .Required("item", request.Item)
            .ConditionalOperator(request)
            .Expected(request)
            .ReturnValues(request)
            .ReturnItemCollectionMetrics(request)
            .ReturnOnFailure(request)
            .Enforce();
        CheckConditionParameters(request);
        RejectInvalid(request.Item!);
        if (request.ReturnValues is not (null or "ALL_OLD" or "NONE"))
            throw TableErrors.Validation("ReturnValues can only be ALL_OLD or NONE");
        if (ItemSize.Measure(request.Item!.Map.Encoded.Span, default).Item > ItemSize.MaxItem)
            throw TableErrors.Validation(ItemTooLarge);
        var condition = BindCondition(request);
        return PutItem(request, tables.Get(request.TableName!), condition);
    }

    /// <summary>Prepares a put whose members were already checked.</summary>
    public static PreparedWrite PutItem(ItemRequest request, Table table, BoundCondition? condition)
    {
        var item = request.Item!.Map;
        if (KeyRules.CheckItem(item, table) is { } error)
            throw error;
        return new()
        {
            Kind = WriteKind.Put,
            Table = table,
            Request = request,
            Item = item,
            Key = table.KeyOf(item),
            Condition = condition,
        };
    }

    /// <exception cref="AwsException">ValidationException or ResourceNotFoundException</exception>
    public PreparedWrite Delete(ItemRequest request)
    {
        new Constraints()
            .ReturnConsumedCapacity(request)
            .TableName(request.TableName)
            .ReturnValues(request)
            .ReturnItemCollectionMetrics(request)
            .Required("key", request.Key)
            .ConditionalOperator(request)
            .Expected(request)
            .ReturnOnFailure(request)
            .Enforce();
        CheckConditionParameters(request);
        RejectInvalid(request.Key!);
        if (request.ReturnValues is not (null or "ALL_OLD" or "NONE"))
            throw TableErrors.Validation("ReturnValues can only be ALL_OLD or NONE");
        var condition = BindCondition(request);
        return OnKey(WriteKind.Delete, request, tables.Get(request.TableName!), condition);
    }

    /// <summary>Prepares the condition check of a transaction.</summary>
    /// <exception cref="AwsException">ValidationException or ResourceNotFoundException</exception>
    public PreparedWrite Check(ItemRequest request)
    {
        CheckConditionParameters(request);
        RejectInvalid(request.Key!);
        var condition = BindCondition(request);
        return OnKey(WriteKind.Check, request, tables.Get(request.TableName!), condition);
    }

    /// <summary>Prepares a write by key whose members were already checked.</summary>
    public static PreparedWrite OnKey(
        WriteKind kind,
        ItemRequest request,
        Table table,
        BoundCondition? condition,
        BoundUpdate? update = null
    )
    {
        if (KeyRules.CheckKey(request.Key!, table.Key) is { } error)
            throw error;
        return new()
        {
            Kind = kind,
            Table = table,
            Request = request,
            Item = request.Key!.Map,
            Key = table.KeyOf(request.Key.Map),
            Condition = condition,
            Update = update,
        };
    }

    /// <exception cref="AwsException">ValidationException or ResourceNotFoundException</exception>
    public PreparedWrite Update(ItemRequest request)
    {
        new Constraints()
            .ReturnConsumedCapacity(request)
            .TableName(request.TableName)
            .ReturnItemCollectionMetrics(request)
            .ReturnValues(request)
            .Required("key", request.Key)
            .ConditionalOperator(request)
            .Expected(request)
            .ReturnOnFailure(request)
            .Enforce();
        ExpressionParameters.Check(
            request,
            [("UpdateExpression", request.UpdateExpression), ("ConditionExpression", request.ConditionExpression)],
            [("AttributeUpdates", request.AttributeUpdates), ("Expected", request.Expected)]
        );
        RejectInvalid(request.Key!);
        LegacyUpdates.Check(request.AttributeUpdates);
        LegacyConditionRules.CheckExpected(request.Expected);
        var binder = new ExpressionBinder(cache, request);
        var update =
            request.UpdateExpression is { } expression ? binder.Update(expression)
            : request.AttributeUpdates is { Count: > 0 } updates ? LegacyUpdates.Create(updates)
            : null;
        var condition = BindCondition(request, binder);
        var table = tables.Get(request.TableName!);
        var write = OnKey(WriteKind.Update, request, table, condition, update);
        if (update is not null)
            CheckUpdate(update, table);
        return write;
    }

    private static void CheckUpdate(BoundUpdate update, Table table)
    {
        foreach (var attribute in table.Key.Attributes)
        {
            if (update.Plan.Find(attribute.Utf8) is not null)
                throw TableErrors.Invalid(
                    $"Cannot update attribute {attribute.Name}. This attribute is part of the key"
                );
        }
        foreach (var (attribute, index) in table.IndexKeyAttributes)
        {
            if (
                update.Plan.Find(attribute.Utf8) is { IsWhole: true } change
                && update.StaticType(change.Actions[0]) is { } type
                && type != attribute.Type
            )
                throw KeyRules.IndexTypeMismatch(attribute, type, index);
        }
        if (KeyRules.CheckPaths(update.Plan.Paths, table) is { } error)
            throw error;
    }

    private BoundCondition? BindCondition(ItemRequest request, ExpressionBinder? binder = null)
    {
        if (binder is null)
            LegacyConditionRules.CheckExpected(request.Expected);
        binder ??= new(cache, request);
        var condition = request.ConditionExpression is { } expression
            ? binder.Condition("ConditionExpression", expression)
            : LegacyConditions.FromExpected(request.Expected, request.ConditionalOperator);
        binder.RejectUnused();
        return condition;
    }

    private static void CheckConditionParameters(ItemRequest request) =>
        ExpressionParameters.Check(
            request,
            [("ConditionExpression", request.ConditionExpression)],
            [("Expected", request.Expected)]
        );

    public static void RejectInvalid(RequestMap map)
    {
        if (map.Error is not null)
            throw TableErrors.Validation(map.Error);
    }
}
