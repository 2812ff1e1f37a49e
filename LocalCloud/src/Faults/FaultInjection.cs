namespace LocalCloud.Faults;

/// <summary>
/// The active faults. Without any, a call only reads one field.
/// </summary>
internal sealed class FaultInjection
{
    public const int MaxRules = 100;

    private readonly Lock _gate = new();
    private int _lastId;
    private volatile FaultRule[]? _rules;

    public IReadOnlyList<FaultRule> Rules => _rules ?? [];

    /// <summary>Adds a valid fault, which applies from the next call on. Returns null if there are
    /// <see cref="MaxRules"/> already.</summary>
    public FaultRule? Add(FaultRequest fault)
    {
        lock (_gate)
        {
            if (Rules.Count == MaxRules)
                return null;
            var rule = new FaultRule(++_lastId, WithDefaults(fault));
            _rules = [.. Rules, rule];
            return rule;
        }
    }

    /// <summary>Removes the fault with the given id, or all. Returns false if there was none.</summary>
    public bool Remove(int? id = null)
    {
        lock (_gate)
        {
            var (before, left) = (Rules.Count, id is null ? [] : Rules.Where(rule => rule.Id != id).ToArray());
            _rules = left is [] ? null : left;
            return left.Length < before;
        }
    }

    /// <summary>Returns the fault to inject into a call, or null.</summary>
    public CallFault? FindFault(string service, string operation) =>
        _rules is { } rules ? FindFault(rules, service, operation) : null;

    /// <summary>Selects the entries of a call to reject. Returns null if there are none.</summary>
    public bool[]? SelectEntries(string service, string operation, int entries)
    {
        bool[]? rejected = null;
        foreach (var rule in _rules ?? [])
        {
            if (
                rule.Kind is not FaultKind.Partial
                || !rule.Matches(service, operation)
                || rule.SelectEntries(entries) is not { } more
            )
                continue;
            for (var i = 0; rejected is not null && i < entries; i++)
                more[i] |= rejected[i];
            rejected = more;
        }
        return rejected;
    }

    private static CallFault? FindFault(FaultRule[] rules, string service, string operation)
    {
        var latency = 0;
        foreach (var rule in rules)
        {
            if (rule.Kind is FaultKind.Partial || !rule.Matches(service, operation) || !rule.HitsNextCall())
                continue;
            if (rule.Kind is not FaultKind.Latency)
                return new CallFault(service, operation, latency, rule); // The call fails, so later rules do not apply.
            latency += rule.Fault.Milliseconds!.Value;
        }
        return latency == 0 ? null : new CallFault(service, operation, latency, null);
    }

    // The response includes a generated seed, so that its faults can be repeated.
    private static FaultRequest WithDefaults(FaultRequest fault) =>
        fault with
        {
            Seed = fault.Seed ?? Random.Shared.Next(),
            Status = fault.Kind is FaultKind.Error ? fault.Status ?? 500 : null,
            Share = fault.Kind is FaultKind.Partial ? fault.Share ?? 0.5 : null,
            When = fault.Kind is FaultKind.Disconnect ? fault.When ?? FaultMoment.Before : null,
        };
}
