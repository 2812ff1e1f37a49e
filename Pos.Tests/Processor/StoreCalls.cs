namespace Pos.Tests.Processor;

/// <summary>Fault of a call to a store.</summary>
internal enum Fault
{
    None,

    /// <summary>The call fails without an effect.</summary>
    Failed,

    /// <summary>The call is throttled, without an effect.</summary>
    Throttled,

    /// <summary>The call takes effect, but its response is lost.</summary>
    ResponseLost,
}

/// <summary>Records the processor's calls to its stores, numbered from 1, and injects planned faults.</summary>
internal sealed class StoreCalls
{
    private readonly Lock _lock = new();
    private readonly List<string> _made = [];

    /// <summary>Returns the fault of a call by its number and operation, such as <c>s3:PutObject</c>.</summary>
    public Func<int, string, Fault> Plan { get; set; } = (_, _) => Fault.None;

    /// <summary>The operations called since the last reset.</summary>
    public IReadOnlyList<string> Made
    {
        get
        {
            lock (_lock)
                return [.. _made];
        }
    }

    public void Reset(Func<int, string, Fault>? plan = null)
    {
        lock (_lock)
            _made.Clear();
        Plan = plan ?? ((_, _) => Fault.None);
    }

    /// <summary>Simulates a crash of the process: this call and all later ones fail.</summary>
    public void CrashAt(int call, Fault fault) =>
        Reset(
            (number, _) =>
                number < call ? Fault.None
                : number == call ? fault
                : Fault.Failed
        );

    /// <summary>Makes a call, one at a time.</summary>
    public Task<T> MakeAsync<T>(string operation, Func<T> effect, Func<Fault, Exception> failure)
    {
        lock (_lock)
        {
            _made.Add(operation);
            var fault = Plan(_made.Count, operation);
            if (fault is Fault.Failed or Fault.Throttled)
                return Task.FromException<T>(failure(fault));
            try
            {
                var response = effect();
                return fault is Fault.ResponseLost ? Task.FromException<T>(failure(fault)) : Task.FromResult(response);
            }
            catch (Exception e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}
