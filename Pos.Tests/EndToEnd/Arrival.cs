using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Waits for what was sent, and holds each of the three stores to it.</summary>
internal static class Arrival
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>Waits until each store has all of these lines, and holds each to them.</summary>
    /// <param name="system">The system that they were sent to.</param>
    /// <param name="lines">All lines of their purchases.</param>
    /// <param name="since">When they were posted: lines of an earlier post are not waited for.</param>
    /// <returns>What each store has of their purchases.</returns>
    public static async Task<IReadOnlyList<Line>[]> AssertAsync(
        RunningSystem system,
        IReadOnlyList<Line> lines,
        DateTimeOffset since
    )
    {
        await using var stores = await system.StoresAsync();
        var purchases = lines.Select(line => line.PurchaseId).ToHashSet();
        var expected = lines.Select(line => line.ToString()).Order(StringComparer.Ordinal).ToArray();
        return
        [
            await HeldAsync(stores.LakeAsync),
            await HeldAsync(stores.LookupAsync),
            await HeldAsync(stores.WarehouseAsync),
        ];

        async Task<IReadOnlyList<Line>> HeldAsync(Func<Task<IReadOnlyList<Line>>> read)
        {
            IReadOnlyList<Line> stored = [];
            try
            {
                await EventuallyAsync(async () =>
                {
                    stored = [.. (await read()).Where(line => purchases.Contains(line.PurchaseId))];
                    return stored.Count(line => line.IngestedAt >= since) >= lines.Count ? stored : null;
                });
            }
            catch (TimeoutException)
            {
                // The comparison says what is missing.
            }
            Assert.Equal(expected, stored.Select(line => line.ToString()).Order(StringComparer.Ordinal));
            return stored;
        }
    }

    public static async Task<T> EventuallyAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (!limit.IsCancellationRequested)
        {
            if (await find() is { } found)
                return found;
            await Task.Delay(200, CancellationToken.None);
        }
        throw new TimeoutException($"Not within {s_patience}.");
    }
}
