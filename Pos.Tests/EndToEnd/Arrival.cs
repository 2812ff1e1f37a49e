using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Waits for sent lines and checks each of the three stores.</summary>
internal static class Arrival
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(90);

    /// <summary>Waits until each store has all of these lines, and checks that it has no others.</summary>
    /// <param name="system">The system that received the lines.</param>
    /// <param name="lines">All lines of their purchases.</param>
    /// <param name="since">When the lines were posted. Lines of earlier posts do not count.</param>
    /// <returns>Each store's lines of the purchases.</returns>
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
            await StoredAsync(stores.LakeAsync),
            await StoredAsync(stores.LookupAsync),
            await StoredAsync(stores.WarehouseAsync),
        ];

        async Task<IReadOnlyList<Line>> StoredAsync(Func<Task<IReadOnlyList<Line>>> read)
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
                // The comparison shows which lines are missing.
            }
            Assert.Equal(expected, stored.Select(line => line.ToString()).Order(StringComparer.Ordinal));
            return stored;
        }
    }

    public static async Task<T> EventuallyAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        using var limit = new CancellationTokenSource(s_timeout);
        while (!limit.IsCancellationRequested)
        {
            if (await find() is { } found)
                return found;
            await Task.Delay(200, CancellationToken.None);
        }
        throw new TimeoutException($"Not within {s_timeout}.");
    }
}
