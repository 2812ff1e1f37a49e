using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;

namespace Pos.Cli.Tables;

/// <summary>Copies tables from one DynamoDB to another.</summary>
internal sealed class TableCopy(IAmazonDynamoDB source, IAmazonDynamoDB target)
{
    // Limit of BatchWriteItem.
    private const int MaxBatch = 25;
    private const int MaxAttempts = 50;

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the requests that create the tables of a system.</summary>
    public static IEnumerable<CreateTableRequest> TablesOf(PosResources resources) =>
        [LookupTableSchema.CreateTable(resources), LeaseTableSchema.CreateTable(resources)];

    /// <summary>Copies a table, which is created at the target if needed.</summary>
    /// <returns>The number of items; null if the source lacks the table.</returns>
    public async Task<long?> RunAsync(CreateTableRequest table, CancellationToken cancellationToken)
    {
        var scan = new ScanRequest(table.TableName) { ConsistentRead = true };
        ScanResponse page;
        try
        {
            page = await source.ScanAsync(scan, cancellationToken);
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
        await EnsureCreatedAsync(table, cancellationToken);
        long copied = 0;
        while (true)
        {
            foreach (var items in (page.Items ?? []).Chunk(MaxBatch))
            {
                await WriteAsync(table.TableName, items, cancellationToken);
                copied += items.Length;
            }
            if (page.LastEvaluatedKey is not { Count: > 0 } last)
                return copied;
            scan.ExclusiveStartKey = last;
            page = await source.ScanAsync(scan, cancellationToken);
        }
    }

    private async Task EnsureCreatedAsync(CreateTableRequest table, CancellationToken cancellationToken)
    {
        try
        {
            await target.CreateTableAsync(table, cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // An interrupted copy created it.
        }
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var described = await target.DescribeTableAsync(table.TableName, cancellationToken);
            if (described.Table.TableStatus == TableStatus.ACTIVE)
                return;
            await Task.Delay(s_pollInterval, cancellationToken);
        }
        throw new TimeoutException($"Table {table.TableName} did not become active.");
    }

    private async Task WriteAsync(
        string table,
        Dictionary<string, AttributeValue>[] items,
        CancellationToken cancellationToken
    )
    {
        var writes = new Dictionary<string, List<WriteRequest>>
        {
            [table] = [.. items.Select(item => new WriteRequest(new PutRequest(item)))],
        };
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var response = await target.BatchWriteItemAsync(new BatchWriteItemRequest(writes), cancellationToken);
            if (response.UnprocessedItems is not { Count: > 0 } unprocessed)
                return;
            writes = unprocessed;
            await Task.Delay(s_pollInterval * attempt, cancellationToken);
        }
        throw new TimeoutException($"Table {table} still rejected items after {MaxAttempts} attempts.");
    }
}
