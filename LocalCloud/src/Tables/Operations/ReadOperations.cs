using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Implements GetItem, and the parts that other reads share.</summary>
internal sealed class ReadOperations(IItemStore store, TableCatalog tables, ExpressionCache cache, TableLimits limits)
{
    public async Task GetAsync(ItemRequest request, Utf8JsonWriter json)
    {
        new Constraints()
            .ReturnConsumedCapacity(request)
            .AttributesToGet("attributesToGet", request.AttributesToGet)
            .TableName(request.TableName)
            .Required("key", request.Key)
            .Enforce();
        CheckProjectionParameters(request);
        WritePreparation.RejectInvalid(request.Key!);
        RejectDuplicates(request.AttributesToGet);
        var projection = Projection(request);
        var table = tables.Get(request.TableName!);
        if ((KeyRules.CheckKey(request.Key!, table.Key) ?? CheckPaths(projection, table)) is { } error)
            throw error;

        var key = table.KeyOf(request.Key!.Map);
        StoredItem? item = store.Get(key) is { } stored ? new(stored) : null;
        // A crash must not lose changes that a response has shown.
        await store.WaitUntilDurableAsync(key);
        var units = ConsumedCapacity.ReadUnits(item?.Size.Item ?? 0, request.ConsistentRead is true);
        limits.Read(table, units);
        json.WriteStartObject();
        if (item is { } found)
        {
            json.WritePropertyName("Item"u8);
            WriteItem(json, found.Item.Encoded.Span, projection);
        }
        if (ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
        {
            var capacity = new ConsumedCapacity(table);
            capacity.Add(units);
            json.WritePropertyName("ConsumedCapacity"u8);
            capacity.Write(json, request.ReturnConsumedCapacity);
        }
        json.WriteEndObject();
    }

    /// <summary>Returns the projection of a request without other expressions; null for whole items.</summary>
    /// <exception cref="AwsException">ValidationException</exception>
    public Projection? Projection(ItemRequest request)
    {
        var binder = new ExpressionBinder(cache, request);
        var projection = Projection(request, binder);
        binder.RejectUnused();
        return projection;
    }

    public static Projection? Projection(ItemRequest request, ExpressionBinder binder)
    {
        if (request.ProjectionExpression is { } expression)
            return binder.Projection(expression);
        return request.AttributesToGet is { } attributes ? new(attributes.Select(DocumentPath.FromName)) : null;
    }

    public static AwsException? CheckPaths(Projection? projection, Table table) =>
        projection is null ? null : KeyRules.CheckPaths(projection.Paths, table);

    public static void CheckProjectionParameters(ItemRequest request) =>
        ExpressionParameters.Check(
            request,
            [("ProjectionExpression", request.ProjectionExpression)],
            [("AttributesToGet", request.AttributesToGet)]
        );

    /// <exception cref="AwsException">ValidationException: an attribute is named twice.</exception>
    public static void RejectDuplicates(List<string>? attributes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (attributes?.Find(attribute => !seen.Add(attribute)) is { } duplicate)
            throw TableErrors.Invalid($"Duplicate value in attribute name: {duplicate}");
    }

    public static void WriteItem(Utf8JsonWriter json, ReadOnlySpan<byte> item, Projection? projection)
    {
        if (projection is null)
        {
            ValueJson.WriteMap(json, item);
            return;
        }
        using var buffer = new ValueBuffer(item.Length);
        projection.Write(item, buffer);
        ValueJson.WriteMap(json, buffer.Written);
    }
}
