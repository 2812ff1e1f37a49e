namespace Pos.Tests.Processor;

/// <summary>What happens to a call of a store.</summary>
internal enum Fault
{
    None,

    /// <summary>It fails and has done nothing.</summary>
    Refused,

    /// <summary>The same, as there are too many calls.</summary>
    Throttled,

    /// <summary>It has done what it should, and its answer is lost.</summary>
    AnswerLost,
}

/// <summary>The calls of the processor to all its stores, numbered from 1, and a plan of which of them fail.</summary>
internal sealed class StoreCalls
{
    private readonly Lock _lock = new();
    private readonly List<string> _made = [];

    /// <summary>By the call's number and operation, such as <c>s3:PutObject</c>.</summary>
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

    /// <summary>As when the process dies at the call: it, and whatever is called after it, fails.</summary>
    public void DieAt(int call, Fault fault) =>
        Reset(
            (number, _) =>
                number < call ? Fault.None
                : number == call ? fault
                : Fault.Refused
        );

    /// <summary>Makes one call at a time.</summary>
    public Task<T> MakeAsync<T>(string operation, Func<T> effect, Func<Fault, Exception> failure)
    {
        lock (_lock)
        {
            _made.Add(operation);
            var fault = Plan(_made.Count, operation);
            if (fault is Fault.Refused or Fault.Throttled)
                return Task.FromException<T>(failure(fault));
            try
            {
                var answer = effect();
                return fault is Fault.AnswerLost ? Task.FromException<T>(failure(fault)) : Task.FromResult(answer);
            }
            catch (Exception e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}
