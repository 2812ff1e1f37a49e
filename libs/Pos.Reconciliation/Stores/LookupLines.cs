using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation.Stores;

/// <summary>Reads every line in the lookup table, page by page.</summary>
internal static class LookupLines
{
    public static async IAsyncEnumerable<StoredLine> ReadAsync(
        IAmazonDynamoDB dynamo,
        PosResources resources,
        Unreadable unreadable,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var scan = new ScanRequest { TableName = resources.LookupTable, ConsistentRead = true };
        do
        {
            var page = await dynamo.ScanAsync(scan, cancellationToken);
            foreach (var item in page.Items ?? [])
            {
                foreach (var line in Parse(item, unreadable))
                    yield return line;
            }
            scan.ExclusiveStartKey = page.LastEvaluatedKey;
        } while (scan.ExclusiveStartKey is { Count: > 0 });
    }

    private static List<StoredLine> Parse(Dictionary<string, AttributeValue> item, Unreadable unreadable)
    {
        var purchaseId = item[LookupTableSchema.PurchaseId].S;
        try
        {
            var stored = LookupHeader.Parse(item);
            var newest = Positions.Compact(stored.Position);
            var header = new LineHeader(
                stored.CustomerId,
                stored.StoreId,
                stored.Country,
                stored.Currency,
                stored.PurchasedAt.UtcDateTime,
                stored.IngestedAt.UtcDateTime
            );
            var lines = new List<StoredLine>(item.Count);
            foreach (var (name, value) in item)
            {
                if (!LookupTableSchema.TryGetLine(name, out var number))
                    continue;
                var (line, position) = LookupLine.Parse(number, value.S);
                lines.Add(
                    new(
                        purchaseId,
                        number,
                        position,
                        line.ProductId,
                        line.Description,
                        line.Quantity,
                        line.UnitPrice,
                        position == newest,
                        line.PurchasedAt is { } own ? header with { PurchasedAt = own.UtcDateTime } : header
                    )
                    {
                        PostPurchasedAt = line.PurchasedAt is null ? null : header.PurchasedAt,
                    }
                );
            }
            // Each version has a line, so the newest version has the newest line.
            if (lines.MaxBy(line => line.Position, StringComparer.Ordinal)?.Position != newest)
                unreadable.AddItem(purchaseId, "its position differs from that of its newest line");
            return lines;
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or FormatException)
        {
            unreadable.AddItem(purchaseId, other.Message);
            return [];
        }
    }
}
