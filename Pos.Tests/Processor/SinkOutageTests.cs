using Microsoft.Extensions.Time.Testing;
using Pos.Processor.EventSource;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>Ten minutes without one of the stores, in virtual time.</summary>
[SystemTest]
public sealed class SinkOutageTests
{
    private static readonly TimeSpan s_outage = TimeSpan.FromMinutes(10);
    private const int BatchSize = 8;

    // A purchase each, but for one that is poison.
    private static readonly StreamRecord[] s_records =
    [
        .. Enumerable
            .Range(1, 20)
            .Select(i => i == 5 ? Records.FromText(i, "poison") : Records.Create(i, Samples.Purchase($"P{i:D2}"))),
    ];

    [Theory]
    [InlineData("s3:", nameof(Fault.Refused), 1)]
    [InlineData("s3:PutObject", nameof(Fault.Refused), 15)]
    [InlineData("dynamodb:", nameof(Fault.Refused), 10)]
    [InlineData("dynamodb:", nameof(Fault.Throttled), 50)]
    [InlineData("firehose:", nameof(Fault.Refused), 15)]
    [InlineData("firehose:", nameof(Fault.Throttled), 20)]
    public async Task Store_that_is_away_holds_the_shard_loses_nothing_and_is_not_asked_without_end(
        string store,
        string kind,
        int mostCallsPerAttempt
    )
    {
        var fault = Enum.Parse<Fault>(kind);
        var time = new AwaitedTime(Samples.Arrival);
        using var stores = Stores.InMemory(time);
        var end = time.GetUtcNow() + s_outage;
        stores.Calls.Reset(
            (_, operation) =>
                time.GetUtcNow() < end && operation.StartsWith(store, StringComparison.Ordinal) ? fault : Fault.None
        );
        var (attempts, calls, checkpoint) = (0, 0, 0);

        var delivering = Task.Run(
            async () =>
            {
                // As the mapping does: the same records again, after a wait that grows to its bound.
                var options = new EventSourceMappingOptions();
                var backoff = new Backoff(options.RetryDelayMilliseconds, options.MaximumRetryDelayMilliseconds, time);
                while (checkpoint < s_records.Length)
                {
                    var response = await stores.Handler.HandleAsync(
                        s_records[checkpoint..Math.Min(checkpoint + BatchSize, s_records.Length)],
                        lease: null,
                        CancellationToken.None
                    );
                    if (response.BatchItemFailures is [])
                    {
                        checkpoint = Math.Min(checkpoint + BatchSize, s_records.Length);
                        backoff.Reset();
                        continue;
                    }
                    // Before the end of the outage nothing is done; in the attempt that sees it, some may be.
                    Assert.True(
                        checkpoint == 0 || time.GetUtcNow() >= end,
                        $"{checkpoint} records are checkpointed in the outage."
                    );
                    checkpoint = Array.FindIndex(s_records, record =>
                        record.SequenceNumber == response.BatchItemFailures[0].ItemIdentifier
                    );
                    (attempts, calls) = (attempts + 1, stores.Calls.Made.Count);
                    await backoff.WaitAsync(CancellationToken.None);
                }
            },
            TestContext.Current.CancellationToken
        );
        while (!delivering.IsCompleted)
        {
            if (time.IsAwaited)
                time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        await delivering;

        Assert.InRange(attempts, 60, 260); // Waits of 2.5 to 5 s, once they have grown.
        Assert.InRange(calls, attempts, attempts * mostCallsPerAttempt);
        var lines = await stores.LinesAsync();
        Assert.Equal(Enumerable.Range(1, 20).Where(i => i != 5).Select(i => $"P{i:D2}/1=6"), lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
        Assert.Equal(19, stores.Lake().Count());
        Assert.Equal(2, stores.S3.Keys("quarantine/").Count);
    }

    /// <summary>A clock that knows whether somebody waits for it: only then it is moved on.</summary>
    private sealed class AwaitedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _timers;

        public bool IsAwaited => Volatile.Read(ref _timers) > 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // It counts once it is set: before that, the clock would run past it.
            var timer = new AwaitedTimer(base.CreateTimer(callback, state, dueTime, period), () =>
                Interlocked.Decrement(ref _timers)
            );
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }

    private sealed class AwaitedTimer(ITimer timer, Action onDisposed) : ITimer
    {
        private Action? _onDisposed = onDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            Interlocked.Exchange(ref _onDisposed, null)?.Invoke();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
