using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation.Rebuild;

/// <summary>
/// Repairs items of the lookup table from the lake. Reads an item, repairs it and writes it as a whole, on condition
/// that its revision is unchanged. If the processor wrote the item meanwhile, the next attempt sees its changes.
/// </summary>
internal sealed class LookupRepair(IAmazonDynamoDB dynamo, PosResources resources, bool dryRun)
{
    private const int MaxAttempts = 20;

    private long _put;
    private long _removed;
    private long _notWritten;

    public RepairCounts Counts => new(Interlocked.Read(ref _put), Interlocked.Read(ref _removed));
    public long NotWritten => Interlocked.Read(ref _notWritten);

    /// <summary>Repairs the item of a purchase.</summary>
    /// <param name="purchaseId">The purchase.</param>
    /// <param name="lake">The lake's newest version of each line of the purchase.</param>
    /// <param name="stays">Like the callback of <see cref="RepairedItem"/>, plus the item's revision.</param>
    /// <param name="cancellationToken">Stops between writes.</param>
    /// <returns>The item's revision after the repair; null when there is no item or revision.</returns>
    public async Task<long?> RepairAsync(
        string purchaseId,
        IReadOnlyList<StoredLine> lake,
        Func<int?, string?, long?, bool> stays,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var item = await ReadAsync(purchaseId, cancellationToken);
            var revision = RepairedItem.RevisionOf(item);
            if (item is null && lake.Count == 0)
                return null;
            var repaired = new RepairedItem(purchaseId, item, lake, (line, position) =>
                stays(line, position, revision)
            );
            if (repaired.IsUnchanged)
                return revision;
            try
            {
                if (!dryRun)
                    await WriteAsync(purchaseId, repaired, revision, cancellationToken);
            }
            catch (ConditionalCheckFailedException)
            {
                continue;
            }
            // "Item size has exceeded the maximum allowed size" has no exception type of its own.
            catch (AmazonDynamoDBException tooLarge)
                when (tooLarge.ErrorCode == "ValidationException"
                    && tooLarge.Message.Contains("Item size", StringComparison.OrdinalIgnoreCase)
                )
            {
                break;
            }
            Interlocked.Add(ref _put, repaired.Counts.Put);
            Interlocked.Add(ref _removed, repaired.Counts.Removed);
            return repaired.IsRemoved ? null : revision + 1 ?? 1;
        }
        Interlocked.Increment(ref _notWritten);
        return null;
    }

    private async Task<Dictionary<string, AttributeValue>?> ReadAsync(
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var answer = await dynamo.GetItemAsync(
            new GetItemRequest
            {
                TableName = resources.LookupTable,
                Key = LookupTableSchema.Key(purchaseId),
                ConsistentRead = true,
            },
            cancellationToken
        );
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    private Task WriteAsync(
        string purchaseId,
        RepairedItem repaired,
        long? revision,
        CancellationToken cancellationToken
    )
    {
        var names = new Dictionary<string, string> { ["#revision"] = LookupTableSchema.Revision };
        var (condition, values) = revision is { } read
            ? ("#revision = :read", new Dictionary<string, AttributeValue> { [":read"] = Number(read) })
            : ("attribute_not_exists(#revision)", null);
        if (repaired.IsRemoved)
        {
            return dynamo.DeleteItemAsync(
                new()
                {
                    TableName = resources.LookupTable,
                    Key = LookupTableSchema.Key(purchaseId),
                    ConditionExpression = condition,
                    ExpressionAttributeNames = names,
                    ExpressionAttributeValues = values,
                },
                cancellationToken
            );
        }
        var item = new Dictionary<string, AttributeValue>(repaired.Attributes)
        {
            [LookupTableSchema.Revision] = Number(revision + 1 ?? 1),
        };
        return dynamo.PutItemAsync(
            new()
            {
                TableName = resources.LookupTable,
                Item = item,
                ConditionExpression = condition,
                ExpressionAttributeNames = names,
                ExpressionAttributeValues = values,
            },
            cancellationToken
        );
    }

    private static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };
}
