namespace LocalCloud.Tables.Keys;

/// <summary>
/// Serializes the changes of each item with a fixed number of locks. Keys with the same hash share a lock. Callers that
/// need several locks take them in order, which prevents deadlocks.
/// </summary>
internal sealed class KeyLocks
{
    private const int Stripes = 4096;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    public Lock For(ReadOnlySpan<byte> key) => _locks[Index(key)];

    /// <summary>Runs the action while holding the locks of all keys.</summary>
    public T WithAll<T>(IEnumerable<byte[]> keys, Func<T> action)
    {
        var stripes = keys.Select(key => Index(key)).Distinct().Order().ToArray();
        var entered = 0;
        try
        {
            for (; entered < stripes.Length; entered++)
                _locks[stripes[entered]].Enter();
            return action();
        }
        finally
        {
            while (entered > 0)
                _locks[stripes[--entered]].Exit();
        }
    }

    /// <summary>Returns when every change that began before the call has ended.</summary>
    public void WaitForRunning()
    {
        foreach (var stripe in _locks)
        {
            lock (stripe) { }
        }
    }

    private static int Index(ReadOnlySpan<byte> key)
    {
        var hash = new HashCode();
        hash.AddBytes(key);
        return (hash.ToHashCode() & int.MaxValue) % Stripes;
    }
}
