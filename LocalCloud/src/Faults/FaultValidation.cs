namespace LocalCloud.Faults;

/// <summary>Validates a posted fault.</summary>
internal static class FaultValidation
{
    private const int MaxMilliseconds = 60_000;

    /// <summary>Returns the errors by member.</summary>
    public static IReadOnlyDictionary<string, string[]> Validate(FaultRequest fault)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var kind = fault.Kind;
        Check("kind", kind is not null, "Must be throttle, error, partial, latency or disconnect.");
        CheckTarget(fault, Check);
        Check("probability", fault.Probability is null or (> 0 and <= 1), "Must be above 0 and at most 1.");
        Check("count", fault.Count is null or > 0, "Must be at least 1.");
        if (fault.Probability is null && fault.Count is null)
            Check("probability", false, "Set a probability or a count. Probability 1 hits every call.");

        Check("status", fault.Status is null or 500 or 503, "Must be 500 or 503.");
        Check("share", fault.Share is null or (> 0 and <= 1), "Must be above 0 and at most 1.");
        Check(
            "milliseconds",
            fault.Milliseconds is null or (> 0 and <= MaxMilliseconds),
            $"Must be 1 to {MaxMilliseconds}."
        );
        CheckOwner("status", fault.Status is not null, FaultKind.Error);
        CheckOwner("share", fault.Share is not null, FaultKind.Partial);
        CheckOwner("milliseconds", fault.Milliseconds is not null, FaultKind.Latency);
        CheckOwner("when", fault.When is not null, FaultKind.Disconnect);
        if (kind is FaultKind.Latency)
            Check("milliseconds", fault.Milliseconds is not null, "Required for latency.");
        return errors;

        void Check(string member, bool holds, string rule)
        {
            if (!holds)
                errors.TryAdd(member, [rule]);
        }

        void CheckOwner(string member, bool given, FaultKind owner)
        {
            if (kind is not null && given)
                Check(member, kind == owner, $"Allowed only for {SnakeCaseEnumConverter<FaultKind>.GetName(owner)}.");
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
                $"'{service}' is not one of {string.Join(", ", FaultTargets.Operations.Keys)}, {FaultTargets.Any}."
            );
            return;
        }
        var targets = FaultTargets.Matching(service, operation).ToList();
        var allowed = FaultTargets.Matching(service, FaultTargets.Any).Select(target => target.Operation).Distinct();
        check(
            "operation",
            targets is not [],
            $"'{operation}' is not one of {string.Join(", ", allowed)}, {FaultTargets.Any}."
        );
        if (fault.Kind is FaultKind.Partial)
            check(
                "operation",
                targets.Any(target => FaultTargets.HasEntries(target.Service, target.Operation)),
                "A partial fault requires an operation with entries: PutRecords of kinesis, PutRecordBatch "
                    + "of firehose, BatchWriteItem or BatchGetItem of dynamodb."
            );
    }
}
