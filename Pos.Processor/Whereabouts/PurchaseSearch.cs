using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Contracts;
using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Processor.Whereabouts;

/// <summary>
/// Finds a purchase in the stream, the lake, the lookup table and the quarantine.
/// </summary>
/// <param name="stream">Null where Lambda reads the stream.</param>
internal sealed class PurchaseSearch(
    IAmazonDynamoDB dynamo,
    PosResources resources,
    LakeSearch lake,
    QuarantineListing quarantine,
    StreamSearch? stream
)
{
    private const int EntriesPerPage = 200;
    private const int MaxPages = 5;

    public async Task<PurchaseWhereabouts> FindAsync(string purchaseId, CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(purchaseId, cancellationToken);
        var (record, isStreamRead) = (default(StreamRecord), true);
        if (stored is null)
        {
            (record, isStreamRead) = stream is null
                ? (null, false)
                : await stream.FindAsync(purchaseId, cancellationToken);
            // A purchase that was processed during the search is in the table now.
            stored = await StoredAsync(purchaseId, cancellationToken);
        }
        var (entries, isQuarantineRead) = await QuarantinedAsync(purchaseId, cancellationToken);
        return new(
            purchaseId,
            stored is not null,
            stored is { } at ? await lake.FindAsync(at.Position, at.IngestedAt, cancellationToken) : null,
            stored is null && record is not null ? new(record.ShardId, record.SequenceNumber, record.ArrivedAt) : null,
            entries,
            isStreamRead && isQuarantineRead
        );
    }

    private async Task<(string Position, DateTimeOffset IngestedAt)?> StoredAsync(
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var response = await dynamo.GetItemAsync(
            new GetItemRequest
            {
                TableName = resources.LookupTable,
                Key = LookupTableSchema.Key(purchaseId),
                ProjectionExpression = "#position, #ingested_at",
                ExpressionAttributeNames = new()
                {
                    ["#position"] = LookupTableSchema.Position,
                    ["#ingested_at"] = LookupTableSchema.IngestedAt,
                },
                ConsistentRead = true,
            },
            cancellationToken
        );
        return response.Item is { Count: > 0 } item
            ? (item[LookupTableSchema.Position].S, LookupHeader.Time(item[LookupTableSchema.IngestedAt].S))
            : null;
    }

    /// <summary>Searches the newest entries. Reads them, because their keys do not contain the purchase id.</summary>
    private async Task<(IReadOnlyList<QuarantineSummary> Entries, bool Complete)> QuarantinedAsync(
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var found = new List<QuarantineSummary>();
        string? after = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var (entries, next) = await quarantine.PageAsync(
                new(null, null, null, null),
                EntriesPerPage,
                after,
                cancellationToken
            );
            found.AddRange(
                entries.Where(stored => stored.Entry.PurchaseId == purchaseId).Select(QuarantineViews.Summary)
            );
            if (next is null)
                return (found, true);
            after = next;
        }
        return (found, false);
    }
}
