namespace LocalCloud.Faults;

/// <summary>A fault in effect: its dice, and what it has done so far.</summary>
internal sealed class FaultRule(int id, FaultRequest fault)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(fault.Seed!.Value);
    private long _calls;
    private long _injected;

    public int Id { get; } = id;
    public FaultRequest Fault { get; } = fault;
    public FaultKind Kind { get; } = fault.Kind!.Value;

    public FaultStatus Status
    {
        get
        {
            lock (_gate)
                return new FaultStatus(Id, Fault, _calls, _injected);
        }
    }

    public bool Names(string service, string operation) =>
        (Fault.Service == FaultTargets.Any || Fault.Service == service)
        && (Fault.Operation == FaultTargets.Any || Fault.Operation == operation);

    /// <summary>Whether the next call is hit.</summary>
    public bool Hits()
    {
        lock (_gate)
            return Throw();
    }

    /// <summary>Which entries of the next call are refused; null where it is not hit.</summary>
    public bool[]? Refuses(int entries)
    {
        lock (_gate)
        {
            if (!Throw())
                return null;
            var refused = new bool[entries];
            refused.AsSpan(0, (int)Math.Ceiling(entries * Fault.Share!.Value)).Fill(true);
            _random.Shuffle(refused);
            return refused;
        }
    }

    private bool Throw()
    {
        _calls++;
        var hit = _random.NextDouble() < (Fault.Probability ?? 1) && _injected < (Fault.Count ?? long.MaxValue);
        if (hit)
            _injected++;
        return hit;
    }
}
