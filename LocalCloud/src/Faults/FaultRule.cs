namespace LocalCloud.Faults;

/// <summary>An active fault with its random numbers and its counts.</summary>
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

    public bool Matches(string service, string operation) =>
        (Fault.Service == FaultTargets.Any || Fault.Service == service)
        && (Fault.Operation == FaultTargets.Any || Fault.Operation == operation);

    /// <summary>Counts a call and returns true if it is hit.</summary>
    public bool HitsNextCall()
    {
        lock (_gate)
            return CountCall();
    }

    /// <summary>Counts a call and selects the entries to reject. Returns null if it is not hit.</summary>
    public bool[]? SelectEntries(int entries)
    {
        lock (_gate)
        {
            if (!CountCall())
                return null;
            var rejected = new bool[entries];
            rejected.AsSpan(0, (int)Math.Ceiling(entries * Fault.Share!.Value)).Fill(true);
            _random.Shuffle(rejected);
            return rejected;
        }
    }

    private bool CountCall()
    {
        _calls++;
        var hit = _random.NextDouble() < (Fault.Probability ?? 1) && _injected < (Fault.Count ?? long.MaxValue);
        if (hit)
            _injected++;
        return hit;
    }
}
