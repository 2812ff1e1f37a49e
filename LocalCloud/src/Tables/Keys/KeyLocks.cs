namespace LocalCloud.Tables.Keys;

/// <summary>
/// Makes changes of an item serial: a fixed number of locks, each for the keys with the same hash. Several are taken in
/// order, so that no two callers wait for each other.
/// </summary>
internal sealed class KeyLocks
{
    private const int Stripes = 4096;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    public Lock For(ReadOnlySpan<byte> key) => _locks[Index(key)];

    /// <summary>Runs the action while no other change of one of the keys runs.</summary>
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

    /// <summary>Returns when every change that had begun before the call has ended.</summary>
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
