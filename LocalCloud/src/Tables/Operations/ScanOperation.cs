using System.Buffers.Binary;
using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Indexes;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Legacy;
using LocalCloud.Tables.Requests;

namespace LocalCloud.Tables.Operations;

/// <summary>Implements Scan, of a whole table or of a segment.</summary>
internal sealed class ScanOperation(TableCatalog tables, ExpressionCache cache, PageResponse pages)
{
    private const int MaxSegments = 1_000_000;

    // The first 12 bits of the hash determine the segment.
    private const int HashRanges = 4096;

    public Task ScanAsync(ItemRequest request, Utf8JsonWriter json)
    {
        Check(request);
        var binder = new ExpressionBinder(cache, request);
        var projection = ReadOperations.Projection(request, binder);
        var filter = request.FilterExpression is { } expression
            ? binder.Condition("FilterExpression", expression)
            : LegacyConditions.FromFilter(request.ScanFilter, request.ConditionalOperator);
        binder.RejectUnused();

        var table = tables.Get(request.TableName!);
        var index = PageRules.FindIndex(request, table);
        if (request.ExclusiveStartKey is not null)
            CheckStartCount(request.ExclusiveStartKey, table, index);
        PageRules.CheckProjection(request, table, index, projection);
        if (request.ExclusiveStartKey?.Map is { } key)
            PageRules.CheckTableStart(key, table);
        var (from, to) = SegmentBounds(request, index?.Prefix ?? table.Prefix);
        if (request.ExclusiveStartKey?.Map is { } start)
        {
            var after = index is null ? table.KeyOf(start) : IndexEntry.Key(table, index, start)!;
            if (after.AsSpan().SequenceCompareTo(from) < 0 || after.AsSpan().SequenceCompareTo(to) >= 0)
                throw TableErrors.Validation(
                    $"{PageRules.InvalidStart}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct"
                        + $" Segment. TotalSegments: {request.TotalSegments} Segment: {request.Segment}"
                );
            from = [.. after, 0];
        }
        PageRules.CheckPaths(projection, table);
        PageRules.CheckFilterPaths(filter, table);
        return pages.WriteAsync(
            request,
            new()
            {
                Table = table,
                Index = index,
                From = from,
                To = to,
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
            .AtLeast("totalSegments", request.TotalSegments, 1)
            .AtMost("totalSegments", request.TotalSegments, MaxSegments)
            .ReturnConsumedCapacity(request)
            .TableName(request.TableName)
            .ConditionalOperator(request)
            .Conditions("scanFilter", request.ScanFilter)
            .AtLeast("segment", request.Segment, 0)
            .AtLeast("limit", request.Limit, 1)
            .AttributesToGet("attributesToGet", request.AttributesToGet)
            .Enforce();
        ExpressionParameters.Check(
            request,
            [("ProjectionExpression", request.ProjectionExpression), ("FilterExpression", request.FilterExpression)],
            [
                ("AttributesToGet", request.AttributesToGet),
                ("ScanFilter", request.ScanFilter),
                ("ConditionalOperator", request.ConditionalOperator),
            ]
        );
        ReadOperations.RejectDuplicates(request.AttributesToGet);
        LegacyConditionRules.CheckConditions(request.ScanFilter);
        PageRules.CheckStartKey(request);
        CheckSegment(request.Segment, request.TotalSegments);
    }

    private static void CheckSegment(long? segment, long? total)
    {
        if (segment is not null && total is null)
            throw TableErrors.Validation(
                "The TotalSegments parameter is required but was not present in the request when "
                    + "Segment parameter is present"
            );
        if (segment is null && total is not null)
            throw TableErrors.Validation(
                "The Segment parameter is required but was not present in the request when parameter "
                    + "TotalSegments is present"
            );
        if (segment >= total)
            throw TableErrors.Validation(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                    + $"Segment: {segment} is not less than TotalSegments: {total}"
            );
    }

    private static void CheckStartCount(RequestMap start, Table table, TableIndex? index)
    {
        if (start.Map.Count != PageRules.StartKeyCount(table, index))
            throw TableErrors.Validation(
                index is null ? $"{PageRules.InvalidStart}: {KeyRules.SchemaMismatch}" : PageRules.InvalidStart
            );
        foreach (var attribute in index?.Key.Attributes ?? [])
            PageRules.CheckStartPart(start.Map, attribute, index!.Key);
    }

    private static (byte[] From, byte[] To) SegmentBounds(ItemRequest request, byte[] prefix)
    {
        if (request is not { Segment: { } segment, TotalSegments: { } total and > 1 })
            return (prefix, KeyEncoding.EndOf(prefix));
        return (Bound(segment), segment + 1 == total ? KeyEncoding.EndOf(prefix) : Bound(segment + 1));

        byte[] Bound(long number)
        {
            var range = (HashRanges * number + total - 1) / total;
            if (range >= HashRanges)
                return KeyEncoding.EndOf(prefix);
            var bound = new byte[prefix.Length + 2];
            prefix.CopyTo(bound, 0);
            BinaryPrimitives.WriteUInt16BigEndian(bound.AsSpan(prefix.Length), (ushort)(range << 4));
            return bound;
        }
    }
}
