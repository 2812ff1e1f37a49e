using LocalCloud.Tables.Definitions;

namespace LocalCloud.Tables.Control;

/// <summary>Applies changes of throughput and billing mode.</summary>
internal static class ThroughputChanges
{
    private const long MaxUnits = 1_000_000_000_000;

    public static TableDefinition Apply(
        TableDefinition definition,
        TableRequest request,
        bool wasOnDemand,
        bool isOnDemand,
        DateTimeOffset now
    )
    {
        var remaining = definition.GlobalIndexes.Select(index => index.Name).ToHashSet(StringComparer.Ordinal);
        var indexes = new Dictionary<string, ThroughputRequest>(StringComparer.Ordinal);
        foreach (var update in request.GlobalSecondaryIndexUpdates ?? [])
        {
            if (update.Update is not { ProvisionedThroughput: { } units } change)
                continue;
            if (units.ReadCapacityUnits > MaxUnits || units.WriteCapacityUnits > MaxUnits)
                throw TableErrors.Validation(
                    "This operation cannot be performed with given input values. Please contact "
                        + "DynamoDB service team for more info: Action Blocked: IndexUpdate"
                );
            if (!remaining.Remove(change.IndexName!))
                throw TableErrors.NotFound();
            indexes[change.IndexName!] = units;
        }
        if (request.BillingMode is "PROVISIONED" && wasOnDemand && remaining.Count > 0)
            throw TableErrors.Invalid(
                $"ProvisionedThroughput must be specified for index: {string.Join(",", remaining)}"
            );
        if (isOnDemand && !wasOnDemand)
            return ToOnDemand(definition, now);
        return definition with
        {
            BillingMode = isOnDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED,
            Throughput = Change(definition.Throughput, request.ProvisionedThroughput, now),
            GlobalIndexes =
            [
                .. definition.GlobalIndexes.Select(index =>
                    indexes.TryGetValue(index.Name, out var units)
                        ? index with
                        {
                            Throughput = Change(index.Throughput, units, now),
                        }
                        : index
                ),
            ],
        };
    }

    /// <summary>Returns a definition as AWS describes it during an update: with the units before the update.</summary>
    public static TableDefinition WhileUpdating(TableDefinition before, TableDefinition after)
    {
        if (before.BillingMode != after.BillingMode)
            return after;
        return after with
        {
            Throughput = WhileUpdating(before.Throughput, after.Throughput),
            GlobalIndexes =
            [
                .. after.GlobalIndexes.Select(index =>
                    before.GlobalIndexes.FirstOrDefault(known => known.Number == index.Number) is { } known
                        ? index with
                        {
                            Throughput = WhileUpdating(known.Throughput, index.Throughput),
                        }
                        : index
                ),
            ],
        };
    }

    private static Throughput WhileUpdating(Throughput before, Throughput after) =>
        after with
        {
            Read = before.Read,
            Write = before.Write,
            DecreasesToday = before.DecreasesToday,
        };

    private static TableDefinition ToOnDemand(TableDefinition definition, DateTimeOffset now) =>
        definition with
        {
            BillingMode = BillingMode.PAY_PER_REQUEST,
            OnDemandSince = now,
            Throughput = new() { DecreasesToday = definition.Throughput.DecreasesToday },
            GlobalIndexes =
            [
                .. definition.GlobalIndexes.Select(index =>
                    index with
                    {
                        Throughput = new() { DecreasesToday = index.Throughput.DecreasesToday + 1, DecreasedAt = now },
                    }
                ),
            ],
        };

    private static Throughput Change(Throughput current, ThroughputRequest? requested, DateTimeOffset now)
    {
        if (requested is null)
            return current;
        var (read, write) = (requested.ReadCapacityUnits!.Value, requested.WriteCapacityUnits!.Value);
        if (read == current.Read && write == current.Write)
            throw TableErrors.Validation(
                "The provisioned throughput for the table will not change. The requested value "
                    + "equals the current value. "
                    + $"Current ReadCapacityUnits provisioned for the table: {current.Read}. Requested "
                    + $"ReadCapacityUnits: {read}. "
                    + $"Current WriteCapacityUnits provisioned for the table: {current.Write}. "
                    + $"Requested WriteCapacityUnits: {write}. "
                    + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to "
                    + "request higher limits."
            );
        var (isIncrease, isDecrease) = (
            read > current.Read || write > current.Write,
            read < current.Read || write < current.Write
        );
        return current with
        {
            Read = read,
            Write = write,
            IncreasedAt = isIncrease ? now : current.IncreasedAt,
            DecreasedAt = isDecrease ? now : current.DecreasedAt,
            DecreasesToday = CountDecreasesToday(current, now) + (isDecrease && !isIncrease ? 1 : 0),
        };
    }

    // The count restarts each day at midnight UTC.
    private static int CountDecreasesToday(Throughput current, DateTimeOffset now) =>
        current.DecreasedAt?.UtcDateTime.Date == now.UtcDateTime.Date ? current.DecreasesToday : 0;
}
