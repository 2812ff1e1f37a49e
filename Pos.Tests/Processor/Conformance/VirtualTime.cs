using System.Collections.Concurrent;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// A clock that jumps to the next timer when no other work is left. All work runs on one thread, so ten minutes pass at
/// once and always in the same order.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly List<Timer> _timers = [];
    private readonly DateTimeOffset _start = start;
    private DateTimeOffset _now = start;

    public TimeSpan Passed => _now - _start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs an action this many seconds after the start.</summary>
    public void At(double seconds, Action action) =>
        CreateTimer(_ => action(), null, _start.AddSeconds(seconds) - _now, Timeout.InfiniteTimeSpan);

    /// <summary>Runs until the task completes.</summary>
    /// <exception cref="InvalidOperationException">The task cannot complete, because no work is left.</exception>
    public void Run(Func<Task> main)
    {
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Loop(_ready));
        try
        {
            var task = main();
            while (!task.IsCompleted)
            {
                if (_ready.TryTake(out var next))
                    next.Callback(next.State);
                else if (NextTimer() is { } timer)
                    timer.Fire();
                // Only cancellation uses another thread for a moment.
                else if (_ready.TryTake(out next, s_timeout))
                    next.Callback(next.State);
                else
                    throw new InvalidOperationException("The task cannot complete: no timer and no work is left.");
            }
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    private Timer? NextTimer()
    {
        lock (_timers)
            return _timers.MinBy(timer => timer.Due);
    }

    private sealed class Loop(BlockingCollection<(SendOrPostCallback, object?)> ready) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ready.Add((d, state));
    }

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._timers)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (Due, _period) = (time._now + dueTime, period);
                time._timers.Add(this);
                return true;
            }
        }

        public void Fire()
        {
            time._now = Due > time._now ? Due : time._now;
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
