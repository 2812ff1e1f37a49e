using System.Diagnostics;
using LocalCloud.Delivery.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>Trace contexts of appends to the delivery log.</summary>
[Fast]
public sealed class TracedAppendsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos log ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Batch_takes_the_traces_of_the_appends_up_to_its_end()
    {
        await using var log = Open("traces");
        var (first, second, third) = (SpanRecorder.NewTrace(), SpanRecorder.NewTrace(), SpanRecorder.NewTrace());
        await log.AppendAsync(Entry("1"), first);
        await log.AppendAsync(Entry("2"), default);
        await log.AppendAsync(Entry("3"), second);
        var end = log.End;
        await log.AppendAsync(Entry("4"), third);

        Assert.Equal([first, second], log.Traces.TakeUpTo(end));
        Assert.Equal([third], log.Traces.TakeUpTo(log.End));
        Assert.Empty(log.Traces.TakeUpTo(long.MaxValue));
    }

    [Fact]
    public async Task Concurrent_appends_find_their_traces_at_the_end_of_the_log()
    {
        await using var log = Open("concurrent");
        var traces = Enumerable.Range(0, 20).Select(_ => SpanRecorder.NewTrace()).ToArray();
        await Task.WhenAll(traces.Select((trace, i) => log.AppendAsync(Entry($"{i}"), trace)));
        Assert.Equal(traces.ToHashSet(), log.Traces.TakeUpTo(log.End).ToHashSet());
    }

    [Fact]
    public void Unsampled_appends_and_those_above_the_maximum_are_not_kept()
    {
        var appends = new TracedAppends();
        appends.Add(
            new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None),
            end: 0
        );
        Assert.Empty(appends.TakeUpTo(0));
        var last = SpanRecorder.NewTrace();
        for (var i = 0; i < TracedAppends.MaxAppends; i++)
            appends.Add(SpanRecorder.NewTrace(), i);
        appends.Add(last, TracedAppends.MaxAppends);
        appends.TakeUpTo(TracedAppends.MaxAppends - 1);
        Assert.Empty(appends.TakeUpTo(long.MaxValue));
    }

    [Fact]
    public async Task Log_on_disk_is_the_same_with_and_without_traces()
    {
        await using (var log = Open("with"))
            await log.AppendAsync(Entry("1"), SpanRecorder.NewTrace());
        await using (var log = Open("without"))
            await log.AppendAsync(Entry("1"));
        Assert.Equal(Bytes("without"), Bytes("with"));

        await using var reopened = Open("with");
        Assert.Empty(reopened.Traces.TakeUpTo(long.MaxValue));
    }

    private DeliveryLog Open(string name) =>
        DeliveryLog.Open(Path.Combine(_folder, name), deliveredTo: 0, segmentBytes: 1_000_000, NullLogger.Instance);

    private byte[] Bytes(string name) =>
        [
            .. Directory
                .GetFiles(Path.Combine(_folder, name))
                .Order(StringComparer.Ordinal)
                .SelectMany(File.ReadAllBytes),
        ];

    private static byte[] Entry(string text)
    {
        var entry = new byte[LogEntry.HeaderBytes + text.Length];
        System.Text.Encoding.ASCII.GetBytes(text, entry.AsSpan(LogEntry.HeaderBytes));
        LogEntry.Seal(entry, DateTimeOffset.UnixEpoch);
        return entry;
    }
}
