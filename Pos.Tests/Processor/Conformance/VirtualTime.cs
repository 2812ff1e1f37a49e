using System.Collections.Concurrent;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// A clock that jumps to the next timer when nothing else is left to do, and the one thread on which all happens until
/// then: ten minutes pass in no time, always in the same way.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

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

    /// <summary>Does something so long after the start.</summary>
    public void At(double seconds, Action action) =>
        CreateTimer(_ => action(), null, _start.AddSeconds(seconds) - _now, Timeout.InfiniteTimeSpan);

    /// <summary>Runs until the task has ended.</summary>
    /// <exception cref="InvalidOperationException">It cannot end, as nothing is left that could happen.</exception>
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
                // Cancelling, alone, takes a thread of its own for a moment.
                else if (_ready.TryTake(out next, s_patience))
                    next.Callback(next.State);
                else
                    throw new InvalidOperationException("Nothing is left to happen.");
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
