namespace LocalCloud.Faults;

/// <summary>
/// The faults in effect. There are none until some are posted, and calls then cost no more than to see that.
/// </summary>
internal sealed class FaultInjection
{
    public const int MostRules = 100;

    private readonly Lock _gate = new();
    private int _lastId;
    private volatile FaultRule[]? _rules;

    public IReadOnlyList<FaultRule> Rules => _rules ?? [];

    /// <summary>Takes effect from the next call on.</summary>
    /// <param name="fault">A valid one.</param>
    /// <returns>Null when there are <see cref="MostRules"/>.</returns>
    public FaultRule? Add(FaultRequest fault)
    {
        lock (_gate)
        {
            if (Rules.Count == MostRules)
                return null;
            var rule = new FaultRule(++_lastId, WithDefaults(fault));
            _rules = [.. Rules, rule];
            return rule;
        }
    }

    /// <summary>Takes away the fault of that id, or all.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(int? id = null)
    {
        lock (_gate)
        {
            var (before, left) = (Rules.Count, id is null ? [] : Rules.Where(rule => rule.Id != id).ToArray());
            _rules = left is [] ? null : left;
            return left.Length < before;
        }
    }

    /// <summary>What the call meets; null when nothing.</summary>
    public CallFault? Meet(string service, string operation) =>
        _rules is { } rules ? Meet(rules, service, operation) : null;

    /// <summary>Which of a call's entries are refused; null when none.</summary>
    public bool[]? Refuse(string service, string operation, int entries)
    {
        bool[]? refused = null;
        foreach (var rule in _rules ?? [])
        {
            if (
                rule.Kind is not FaultKind.Partial
                || !rule.Names(service, operation)
                || rule.Refuses(entries) is not { } more
            )
                continue;
            for (var i = 0; refused is not null && i < entries; i++)
                more[i] |= refused[i];
            refused = more;
        }
        return refused;
    }

    private static CallFault? Meet(FaultRule[] rules, string service, string operation)
    {
        var latency = 0;
        foreach (var rule in rules)
        {
            if (rule.Kind is FaultKind.Partial || !rule.Names(service, operation) || !rule.Hits())
                continue;
            if (rule.Kind is not FaultKind.Latency)
                return new CallFault(service, operation, latency, rule); // whatever else there is, the call ends here
            latency += rule.Fault.Milliseconds!.Value;
        }
        return latency == 0 ? null : new CallFault(service, operation, latency, null);
    }

    // A seed that was not asked for is told, so that what it did can be done again.
    private static FaultRequest WithDefaults(FaultRequest fault) =>
        fault with
        {
            Seed = fault.Seed ?? Random.Shared.Next(),
            Status = fault.Kind is FaultKind.Error ? fault.Status ?? 500 : null,
            Share = fault.Kind is FaultKind.Partial ? fault.Share ?? 0.5 : null,
            When = fault.Kind is FaultKind.Disconnect ? fault.When ?? FaultMoment.Before : null,
        };
}
