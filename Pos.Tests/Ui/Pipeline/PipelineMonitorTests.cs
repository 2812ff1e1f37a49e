using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Ui.Pipeline;
using Xunit;

namespace Pos.Tests.Ui.Pipeline;

[Fast]
public sealed class PipelineMonitorTests : IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeServices _services = new();
    private readonly PipelineMonitor _monitor;

    public PipelineMonitorTests() => _monitor = new(_services, _time);

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task Services_are_asked_once_a_againhowever_many_look()
    {
        var seen = Enumerable.Range(0, 5).Select(_ => new ConcurrentQueue<PipelineSnapshot>()).ToArray();
        var watches = seen.Select(queue => _monitor.Watch(queue.Enqueue)).ToArray();
        await Wait.UntilAsync(() => seen.All(queue => !queue.IsEmpty));
        Assert.Equal(1, _services.Asked);

        for (var second = 2; second <= 4; second++)
        {
            _time.Advance(s_second);
            await Wait.UntilAsync(() => seen.All(queue => queue.Last().At == _time.GetUtcNow()));
            Assert.Equal(second, _services.Asked);
        }
        foreach (var watch in watches)
            watch.Dispose();
    }

    [Fact]
    public async Task Nothing_is_asked_while_nobody_looks()
    {
        var first = new ConcurrentQueue<PipelineSnapshot>();
        using (_monitor.Watch(first.Enqueue))
            await Wait.UntilAsync(() => !first.IsEmpty);
        for (var second = 0; second < 5; second++)
            _time.Advance(s_second);
        Assert.Equal(1, _services.Asked);

        var again = new ConcurrentQueue<PipelineSnapshot>();
        using (_monitor.Watch(again.Enqueue))
            await Wait.UntilAsync(() => !again.IsEmpty);
        Assert.Equal((2, 1), (_services.Asked, first.Count));
    }

    [Fact]
    public async Task Service_that_is_silent_holds_up_nobody_and_is_asked_once_at_a_time()
    {
        var silence = new TaskCompletionSource<Answer<IngestStatus>>();
        _services.Ingest = _ => silence.Task;
        var seen = new ConcurrentQueue<PipelineSnapshot>();
        using var watch = _monitor.Watch(seen.Enqueue);
        await AdvanceUntilAsync(() => seen.Count >= 3);
        Assert.All(seen, snapshot =>
            Assert.Equal((null, PipelineAnswers.OfProcessor), (snapshot.Ingest, snapshot.Processor?.Value))
        );
        Assert.Equal(1, _services.Asked);

        silence.SetResult(PipelineAnswers.Silent<IngestStatus>("ingest"));
        await AdvanceUntilAsync(() => seen.Last().Ingest?.Failure is ServiceUnavailable);
    }

    private Task AdvanceUntilAsync(Func<bool> holds) =>
        Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return holds();
        });
}
