using Microsoft.Extensions.Time.Testing;
using Pos.Processor.EventSource;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>An outage of one store for ten minutes, in virtual time.</summary>
[SystemTest]
public sealed class SinkOutageTests
{
    private static readonly TimeSpan s_outage = TimeSpan.FromMinutes(10);
    private const int BatchSize = 8;

    // One purchase a record, except for one poison record.
    private static readonly StreamRecord[] s_records =
    [
        .. Enumerable
            .Range(1, 20)
            .Select(i => i == 5 ? Records.FromText(i, "poison") : Records.Create(i, Samples.Purchase($"P{i:D2}"))),
    ];

    [Theory]
    [InlineData("s3:", nameof(Fault.Failed), 1)]
    [InlineData("s3:PutObject", nameof(Fault.Failed), 15)]
    [InlineData("dynamodb:", nameof(Fault.Failed), 10)]
    [InlineData("dynamodb:", nameof(Fault.Throttled), 50)]
    [InlineData("firehose:", nameof(Fault.Failed), 15)]
    [InlineData("firehose:", nameof(Fault.Throttled), 20)]
    public async Task Unavailable_store_blocks_the_shard_loses_nothing_and_is_not_called_endlessly(
        string store,
        string kind,
        int maxCallsPerAttempt
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
                // Retry as the mapping does: the same records again, after a growing pause.
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
                    // No record is processed during the outage. The attempt that sees its end may process some.
                    Assert.True(
                        checkpoint == 0 || time.GetUtcNow() >= end,
                        $"{checkpoint} records were checkpointed during the outage."
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

        Assert.InRange(attempts, 60, 260); // Pauses grow to 2.5 to 5 s.
        Assert.InRange(calls, attempts, attempts * maxCallsPerAttempt);
        var lines = await stores.LinesAsync();
        Assert.Equal(Enumerable.Range(1, 20).Where(i => i != 5).Select(i => $"P{i:D2}/1=6"), lines.Lookup);
        Assert.Equal(lines.Lookup, lines.Lake);
        Assert.Equal(lines.Lookup, lines.Warehouse);
        Assert.Equal(19, stores.Lake().Count());
        Assert.Equal(2, stores.S3.Keys("quarantine/").Count);
    }

    /// <summary>A clock that knows whether a timer is waiting. The test moves it only then.</summary>
    private sealed class AwaitedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _timers;

        public bool IsAwaited => Volatile.Read(ref _timers) > 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // Count the timer after it is set, so that the clock does not move past it.
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
