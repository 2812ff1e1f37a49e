using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Contracts.Lookup;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Lookup.Purchases;

/// <summary>Reads the lookup table.</summary>
internal sealed class PurchaseTable(
    IAmazonDynamoDB dynamo,
    PosResources resources,
    TimeProvider time,
    LookupMetrics metrics
)
{
    private const int MaxBatchRounds = 20;

    /// <summary>Returns the purchase, or null if it does not exist.</summary>
    public async Task<PurchaseView?> FindAsync(string purchaseId, CancellationToken cancellationToken)
    {
        var response = await metrics.MeasureTableAsync(
            "GetItem",
            dynamo.GetItemAsync(
                new GetItemRequest { TableName = resources.LookupTable, Key = LookupTableSchema.Key(purchaseId) },
                cancellationToken
            )
        );
        return response.Item is { Count: > 0 } item ? PurchaseItem.ToView(item) : null;
    }

    /// <summary>
    /// Returns a page of the customer's purchases, newest first. If index and table differ, the table counts.
    /// </summary>
    /// <param name="limit">Maximum number of purchases on the page, 1 to 100.</param>
    /// <param name="after">Sort key of the last purchase on the previous page; null for the first page.</param>
    /// <returns>The page, and the sort key of its last purchase if there may be more; otherwise null.</returns>
    public async Task<(IReadOnlyList<PurchaseSummary> Purchases, string? Last)> PageAsync(
        string customerId,
        int limit,
        string? after,
        CancellationToken cancellationToken
    )
    {
        var index = await metrics.MeasureTableAsync(
            "Query",
            dynamo.QueryAsync(
                new QueryRequest
                {
                    TableName = resources.LookupTable,
                    IndexName = resources.CustomerIndex,
                    KeyConditionExpression = after is null
                        ? "#customer = :customer"
                        : "#customer = :customer AND #sort < :after",
                    ExpressionAttributeNames = after is null
                        ? new() { ["#customer"] = LookupTableSchema.CustomerId }
                        : new()
                        {
                            ["#customer"] = LookupTableSchema.CustomerId,
                            ["#sort"] = LookupTableSchema.PurchasedAtPurchaseId,
                        },
                    ExpressionAttributeValues = after is null
                        ? new() { [":customer"] = new(customerId) }
                        : new() { [":customer"] = new(customerId), [":after"] = new(after) },
                    ScanIndexForward = false,
                    Limit = limit,
                },
                cancellationToken
            )
        );
        var keys = index.Items ?? [];
        if (keys is [])
            return ([], null);

        var items = await GetAsync([.. keys.Select(key => key[LookupTableSchema.PurchaseId].S)], cancellationToken);
        var purchases = keys.Select(key => items.GetValueOrDefault(key[LookupTableSchema.PurchaseId].S))
            .Where(purchase => purchase?.CustomerId == customerId)
            .Select(purchase => PurchaseItem.ToSummary(purchase!))
            .ToArray();
        var last = index.LastEvaluatedKey is { Count: > 0 }
            ? keys[^1][LookupTableSchema.PurchasedAtPurchaseId].S
            : null;
        return (purchases, last);
    }

    /// <summary>
    /// Reads the purchases in rounds, because BatchGetItem returns at most 16 MB and lists the rest as unprocessed.
    /// </summary>
    private async Task<Dictionary<string, PurchaseView>> GetAsync(
        List<string> purchaseIds,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<string, PurchaseView>(StringComparer.Ordinal);
        var remaining = new Dictionary<string, KeysAndAttributes>
        {
            [resources.LookupTable] = new() { Keys = [.. purchaseIds.Select(LookupTableSchema.Key)] },
        };
        var backoff = new Backoff(10, 200, time);
        for (var round = 0; remaining is { Count: > 0 }; round++)
        {
            if (round == MaxBatchRounds)
                throw new ProvisionedThroughputExceededException(
                    $"DynamoDB left keys of the lookup table unprocessed in each of {MaxBatchRounds} rounds."
                );
            if (round > 0)
                await backoff.WaitAsync(cancellationToken);
            var response = await metrics.MeasureTableAsync(
                "BatchGetItem",
                dynamo.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = remaining }, cancellationToken)
            );
            foreach (var item in response.Responses[resources.LookupTable])
            {
                var purchase = PurchaseItem.ToView(item);
                found[purchase.PurchaseId] = purchase;
            }
            remaining = response.UnprocessedKeys;
        }
        return found;
    }
}
