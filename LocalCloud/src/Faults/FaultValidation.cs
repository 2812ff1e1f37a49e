namespace LocalCloud.Faults;

/// <summary>What is wrong with a posted fault, by member.</summary>
internal static class FaultValidation
{
    private const int MostMilliseconds = 60_000;

    public static IReadOnlyDictionary<string, string[]> Errors(FaultRequest fault)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var kind = fault.Kind;
        Check("kind", kind is not null, "One of throttle, error, partial, latency, disconnect is needed.");
        CheckTarget(fault, Check);
        Check("probability", fault.Probability is null or (> 0 and <= 1), "Above 0, up to 1.");
        Check("count", fault.Count is null or > 0, "1 or more.");
        if (fault.Probability is null && fault.Count is null)
            Check("probability", false, "A probability or a count is needed: probability 1 hits every call.");

        Check("status", fault.Status is null or 500 or 503, "500 or 503.");
        Check("share", fault.Share is null or (> 0 and <= 1), "Above 0, up to 1.");
        Check("milliseconds", fault.Milliseconds is null or (> 0 and <= MostMilliseconds), $"1 to {MostMilliseconds}.");
        BelongsTo("status", fault.Status is not null, FaultKind.Error);
        BelongsTo("share", fault.Share is not null, FaultKind.Partial);
        BelongsTo("milliseconds", fault.Milliseconds is not null, FaultKind.Latency);
        BelongsTo("when", fault.When is not null, FaultKind.Disconnect);
        if (kind is FaultKind.Latency)
            Check("milliseconds", fault.Milliseconds is not null, "Needed for latency.");
        return errors;

        void Check(string member, bool holds, string rule)
        {
            if (!holds)
                errors.TryAdd(member, [rule]);
        }

        void BelongsTo(string member, bool given, FaultKind owner)
        {
            if (kind is not null && given)
                Check(member, kind == owner, $"Only {LowerCase<FaultKind>.NameOf(owner)} has it.");
        }
    }

    private static void CheckTarget(FaultRequest fault, Action<string, bool, string> check)
    {
        var (service, operation) = (fault.Service, fault.Operation);
        if (service != FaultTargets.Any && !FaultTargets.Operations.ContainsKey(service))
        {
            check(
                "service",
                false,
                $"'{service}' is none of {string.Join(", ", FaultTargets.Operations.Keys)}, {FaultTargets.Any}."
            );
            return;
        }
        var named = FaultTargets.Named(service, operation).ToList();
        check(
            "operation",
            named is not [],
            $"'{operation}' is none of {string.Join(", ", FaultTargets.Named(service, FaultTargets.Any).Select(target => target.Operation).Distinct())}, {FaultTargets.Any}."
        );
        if (fault.Kind is FaultKind.Partial)
            check(
                "operation",
                named.Any(target => FaultTargets.HasEntries(target.Service, target.Operation)),
                "Only PutRecords of kinesis, PutRecordBatch of firehose, and BatchWriteItem and BatchGetItem of dynamodb have entries to refuse."
            );
    }
}
