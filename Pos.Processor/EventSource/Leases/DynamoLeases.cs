using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;

namespace Pos.Processor.EventSource.Leases;

/// <summary>Stores leases in DynamoDB: <see cref="LeaseTableSchema"/>.</summary>
internal sealed class DynamoLeases(IAmazonDynamoDB dynamo, PosResources resources) : ILeases
{
    // OWNER and COUNTER are reserved words of DynamoDB.
    private static readonly Dictionary<string, string> s_ownerAndCounter = new()
    {
        ["#owner"] = LeaseTableSchema.Owner,
        ["#counter"] = LeaseTableSchema.Counter,
    };

    public async Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken)
    {
        var leases = new List<Lease>();
        Dictionary<string, AttributeValue>? start = null;
        do
        {
            var page = await dynamo.ScanAsync(
                new ScanRequest
                {
                    TableName = resources.LeaseTable,
                    ConsistentRead = true,
                    ExclusiveStartKey = start,
                },
                cancellationToken
            );
            leases.AddRange((page.Items ?? []).Select(LeaseItem.Parse));
            start = page.LastEvaluatedKey is { Count: > 0 } key ? key : null;
        } while (start is not null);
        return leases;
    }

    public async Task AddAsync(Lease lease, CancellationToken cancellationToken)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [LeaseTableSchema.ShardId] = new(lease.ShardId),
            [LeaseTableSchema.Checkpoint] = new(lease.Checkpoint),
            [LeaseTableSchema.Counter] = LeaseItem.Number(lease.Counter),
        };
        if (lease.Parents is not [])
            item[LeaseTableSchema.Parents] = new() { SS = [.. lease.Parents] };
        await SucceedsAsync(() =>
            dynamo.PutItemAsync(
                new PutItemRequest
                {
                    TableName = resources.LeaseTable,
                    Item = item,
                    ConditionExpression = $"attribute_not_exists({LeaseTableSchema.ShardId})",
                },
                cancellationToken
            )
        );
    }

    public async Task<Lease?> TryTakeAsync(Lease observed, string owner, CancellationToken cancellationToken)
    {
        var taken = await SucceedsAsync(() =>
            dynamo.UpdateItemAsync(
                Update(
                    observed.ShardId,
                    $"SET #owner = :owner REMOVE {LeaseTableSchema.WantedBy} ADD #counter :one",
                    "#counter = :observed",
                    new()
                    {
                        [":owner"] = new(owner),
                        [":one"] = LeaseItem.Number(1),
                        [":observed"] = LeaseItem.Number(observed.Counter),
                    }
                ),
                cancellationToken
            )
        );
        return taken ? observed with { Owner = owner, Counter = observed.Counter + 1, WantedBy = null } : null;
    }

    public Task<bool> TryRequestAsync(Lease observed, string worker, CancellationToken cancellationToken) =>
        SucceedsAsync(() =>
            dynamo.UpdateItemAsync(
                Update(
                    observed.ShardId,
                    $"SET {LeaseTableSchema.WantedBy} = :worker",
                    $"#owner = :owner AND attribute_not_exists({LeaseTableSchema.WantedBy})",
                    new() { [":worker"] = new(worker), [":owner"] = new(observed.Owner) }
                ),
                cancellationToken
            )
        );

    public async Task<Renewal> RenewAsync(
        string shardId,
        string owner,
        ShardBacklog? backlog,
        CancellationToken cancellationToken
    )
    {
        var values = new Dictionary<string, AttributeValue> { [":owner"] = new(owner), [":one"] = LeaseItem.Number(1) };
        if (backlog is not null)
            values[":backlog"] = LeaseItem.From(backlog);
        var request = Update(
            shardId,
            backlog is null ? "ADD #counter :one" : $"SET {LeaseTableSchema.Backlog} = :backlog ADD #counter :one",
            "#owner = :owner",
            values
        );
        request.ReturnValues = ReturnValue.ALL_NEW;
        try
        {
            var renewed = await dynamo.UpdateItemAsync(request, cancellationToken);
            return renewed.Attributes.ContainsKey(LeaseTableSchema.WantedBy) ? Renewal.Requested : Renewal.Held;
        }
        catch (ConditionalCheckFailedException)
        {
            return Renewal.Lost;
        }
    }

    public Task<bool> TryCheckpointAsync(
        string shardId,
        string owner,
        ShardProgress progress,
        CancellationToken cancellationToken
    )
    {
        var values = new Dictionary<string, AttributeValue>
        {
            [":owner"] = new(owner),
            [":one"] = LeaseItem.Number(1),
            [":checkpoint"] = new(progress.Checkpoint),
        };
        if (progress.Lanes is { } lanes)
            values[":lanes"] = LeaseItem.From(lanes);
        var update = progress.Lanes is null
            ? $"SET {LeaseTableSchema.Checkpoint} = :checkpoint REMOVE {LeaseTableSchema.Lanes} ADD #counter :one"
            : $"SET {LeaseTableSchema.Checkpoint} = :checkpoint, {LeaseTableSchema.Lanes} = :lanes ADD #counter :one";
        return SucceedsAsync(() =>
            dynamo.UpdateItemAsync(Update(shardId, update, "#owner = :owner", values), cancellationToken)
        );
    }

    public Task ReleaseAsync(string shardId, string owner, CancellationToken cancellationToken) =>
        SucceedsAsync(() =>
            dynamo.UpdateItemAsync(
                Update(
                    shardId,
                    "REMOVE #owner ADD #counter :one",
                    "#owner = :owner",
                    new() { [":owner"] = new(owner), [":one"] = LeaseItem.Number(1) }
                ),
                cancellationToken
            )
        );

    public Task RemoveAsync(Lease observed, CancellationToken cancellationToken) =>
        SucceedsAsync(() =>
            dynamo.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = resources.LeaseTable,
                    Key = new() { [LeaseTableSchema.ShardId] = new(observed.ShardId) },
                    ConditionExpression = "#counter = :observed",
                    ExpressionAttributeNames = new() { ["#counter"] = LeaseTableSchema.Counter },
                    ExpressionAttributeValues = new() { [":observed"] = LeaseItem.Number(observed.Counter) },
                },
                cancellationToken
            )
        );

    private UpdateItemRequest Update(
        string shardId,
        string update,
        string condition,
        Dictionary<string, AttributeValue> values
    ) =>
        new()
        {
            TableName = resources.LeaseTable,
            Key = new() { [LeaseTableSchema.ShardId] = new(shardId) },
            UpdateExpression = update,
            ConditionExpression = condition,
            ExpressionAttributeNames = s_ownerAndCounter
                .Where(name => (update + condition).Contains(name.Key, StringComparison.Ordinal))
                .ToDictionary(),
            ExpressionAttributeValues = values,
        };

    private static async Task<bool> SucceedsAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }
}
