using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LocalCloud.Tests.Support;

/// <summary>Waits for what other threads and processes bring about.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once the condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="what">What the message calls it.</param>
    /// <exception cref="TimeoutException">It has not held for a minute.</exception>
    public static Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "") =>
        UntilAsync(() => Task.FromResult(holds()), what);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string)"/>
    public static async Task UntilAsync(
        Func<Task<bool>> holds,
        [CallerArgumentExpression(nameof(holds))] string what = ""
    )
    {
        var waited = Stopwatch.StartNew();
        while (!await holds())
        {
            if (waited.Elapsed > s_patience)
                throw new TimeoutException($"Waited in vain for {what}.");
            await Task.Delay(s_poll);
        }
    }
}
