using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LocalCloud.Tests.Support;

/// <summary>Waits for conditions that other threads or processes fulfil.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls a condition and returns when it is true.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="what">The name of the condition in the error message.</param>
    /// <exception cref="TimeoutException">The condition is still false after a minute.</exception>
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
            if (waited.Elapsed > s_timeout)
                throw new TimeoutException($"Still false after {s_timeout.TotalSeconds:0} s: {what}.");
            await Task.Delay(s_poll);
        }
    }
}
