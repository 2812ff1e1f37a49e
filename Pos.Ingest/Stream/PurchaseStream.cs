using System.Threading.Channels;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Extensions.Options;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;

namespace Pos.Ingest.Stream;

/// <summary>
/// Group commit: the purchases of concurrent requests go to the stream in common PutRecords calls, and each request
/// waits for its own. One loop owns all state; requests, answers and the timer reach it as events. It works only while
/// requests wait, so it may be frozen between them (AWS Lambda).
/// </summary>
internal sealed partial class PurchaseStream : BackgroundService
{
    private static readonly TimeSpan s_shardMapPause = TimeSpan.FromMilliseconds(500);

    private readonly IAmazonKinesis _kinesis;
    private readonly string _name;
    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private readonly StreamMetrics _metrics;
    private readonly ILogger<PurchaseStream> _logger;
    private readonly long _started;
    private readonly SendQueue _queue;

    // As many as requests and calls under way, which IngestOptions.MostBytesWaiting and StreamOptions.CallsInFlight
    // bound.
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ITimer _timer;
    private int _callsInFlight;
    private int _waiting;
    private ShardMap? _shards;
    private bool _listingShards;
    private TimeSpan _shardsDue;
    private TimeSpan _shardsListed;
    private volatile string? _outage;

    public PurchaseStream(
        IAmazonKinesis kinesis,
        PosResources resources,
        IOptions<StreamOptions> options,
        TimeProvider time,
        StreamMetrics metrics,
        ILogger<PurchaseStream> logger
    )
    {
        (_kinesis, _name, _options, _time, _metrics, _logger) = (
            kinesis,
            resources.Stream,
            options.Value,
            time,
            metrics,
            logger
        );
        _started = time.GetTimestamp();
        _metrics.Observe(() => Volatile.Read(ref _waiting), () => CallsInFlight);
        _queue = new SendQueue(TimeSpan.FromMilliseconds(_options.LingerMilliseconds), Random.Shared.NextDouble);
        _timer = time.CreateTimer(
            _ => _events.Writer.TryWrite(static () => { }),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>PutRecords calls that are not answered yet.</summary>
    public int CallsInFlight => Volatile.Read(ref _callsInFlight);

    /// <summary>Why the last call failed; null when it did not.</summary>
    public string? Outage => _outage;

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>Sends purchases and waits until each is acknowledged or given up, at most
    /// <see cref="StreamOptions.AcknowledgeTimeout"/> and
    /// one call more. Not to be cancelled: what is on its way may be written.</summary>
    /// <param name="purchases">One or more; of those with the same id, the later is written later.</param>
    /// <returns>For each purchase whether it is in the stream. False also means: not known.</returns>
    public Task<bool[]> AppendAsync(IReadOnlyList<StreamPurchase> purchases)
    {
        var post = new PendingPost(purchases.Count, Now + _options.AcknowledgeTimeout);
        var pending = new PendingPurchase[purchases.Count];
        for (var i = 0; i < pending.Length; i++)
            pending[i] = new PendingPurchase(
                post,
                i,
                purchases[i].PurchaseId,
                ShardMap.HashKeyOf(purchases[i].PurchaseId),
                purchases[i].Json
            );
        var isTaken = _events.Writer.TryWrite(() =>
        {
            var now = Now;
            foreach (var purchase in pending)
                _queue.Add(purchase, now);
        });
        return isTaken ? post.Settled : Task.FromResult(new bool[purchases.Count]); // the service stops
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = NoTrace.Begin();
        try
        {
            while (await _events.Reader.WaitToReadAsync(stoppingToken))
            {
                while (_events.Reader.TryRead(out var happened))
                    happened();
                SendWhatIsDue();
                Volatile.Write(ref _waiting, _queue.Waiting);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _events.Writer.Complete();
            while (_events.Reader.TryRead(out var happened))
                happened();
            _queue.GiveUpAll();
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    private void SendWhatIsDue()
    {
        var now = Now;
        _queue.Expire(now);
        if (_queue.Waiting == 0)
            return;
        if (now >= _shardsDue && !_listingShards)
            _ = ListShardsAsync();
        if (_shards is null)
        {
            WakeAt(_shardsDue > now ? _shardsDue : _queue.NextDue(now), now);
            return;
        }
        while (_callsInFlight < _options.CallsInFlight && _queue.Waiting > 0)
        {
            if (_queue.LingersUntil(now) is { } lingerEnds)
            {
                WakeAt(lingerEnds, now);
                return;
            }
            if (_queue.TakeFlush(_shards, now) is not { Count: > 0 } flush)
            {
                WakeAt(_queue.NextDue(now), now);
                return;
            }
            _callsInFlight++;
            _ = SendAsync(flush);
        }
    }

    // Whole milliseconds, rounded up: a timer that fires early would find nothing due.
    private void WakeAt(TimeSpan due, TimeSpan now) =>
        _timer.Change(
            TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((due - now).TotalMilliseconds))),
            Timeout.InfiniteTimeSpan
        );

    private async Task SendAsync(IReadOnlyList<StreamRecord> flush)
    {
        using var trace = SendTrace.Start(_name, flush);
        var started = _time.GetTimestamp();
        PutRecordsResponse? answer = null;
        Exception? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
            var request = new PutRecordsRequest
            {
                StreamName = _name,
                Records = [.. flush.Select(record => record.ToEntry())],
            };
            answer = await _kinesis.PutRecordsAsync(request, timeout.Token);
        }
        catch (Exception error) // whatever it was, nothing of this call counts as acknowledged
        {
            failure = error;
            trace?.SetFailure(error);
        }
        _metrics.Flushed(flush, _time.GetElapsedTime(started), answer is not null);
        _events.Writer.TryWrite(() =>
        {
            Tell("PutRecords", failure);
            Finish(flush, answer);
        });
    }

    private void Finish(IReadOnlyList<StreamRecord> flush, PutRecordsResponse? answer)
    {
        var now = Now;
        _callsInFlight--;
        var entries = answer?.Records is { } records && records.Count == flush.Count ? records : null;
        var shardsChanged = entries is null;
        for (var i = 0; i < flush.Count; i++)
        {
            if (entries is not null && string.IsNullOrEmpty(entries[i].ErrorCode))
            {
                shardsChanged |= entries[i].ShardId != flush[i].ShardId;
                _queue.Acknowledge(flush[i]);
                _metrics.Acknowledged();
                var purchases = flush[i].Purchases;
                LogAppended(
                    _logger,
                    purchases.Count,
                    purchases[0].PurchaseId,
                    entries[i].ShardId,
                    entries[i].SequenceNumber
                );
                continue;
            }
            _metrics.Repeated(entries?[i].ErrorCode);
            _queue.PutBack(flush[i], now);
        }
        if (shardsChanged)
            _shardsDue = new TimeSpan(Math.Min(_shardsDue.Ticks, (_shardsListed + s_shardMapPause).Ticks));
    }

    private async Task ListShardsAsync()
    {
        _listingShards = true;
        _shardsListed = Now;
        _shardsDue = _shardsListed + s_shardMapPause;
        ShardMap? shards = null;
        Exception? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
            shards = await ShardMap.LoadAsync(_kinesis, _name, timeout.Token);
        }
        catch (Exception error) // tried again at once or when the pause is over, as long as purchases wait
        {
            failure = error;
        }
        _events.Writer.TryWrite(() =>
        {
            if (failure is not null)
                Tell("ListShards", failure);
            _listingShards = false;
            if (shards is null)
                return;
            _shards = shards;
            _shardsDue = Now + _options.ShardMapInterval;
        });
    }

    // Calls fail many times a second during an outage, which is a line when it begins, when its reason changes, and
    // when it is over.
    private void Tell(string call, Exception? failure)
    {
        var reason = failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
        if (reason == _outage)
            return;
        _outage = reason;
        if (reason is null)
            LogBack(_logger, _name);
        else
            LogAway(_logger, _name, call, reason);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Stream {Stream} takes no purchases; what waits is tried again. {Call} failed: {Reason}"
    )]
    private static partial void LogAway(ILogger logger, string stream, string call, string reason);

    [LoggerMessage(
        12,
        LogLevel.Debug,
        "Appended {Purchases} purchases, the first {PurchaseId}, to shard {ShardId} as record {SequenceNumber}"
    )]
    private static partial void LogAppended(
        ILogger logger,
        int purchases,
        string purchaseId,
        string shardId,
        string sequenceNumber
    );

    [LoggerMessage(11, LogLevel.Information, "Stream {Stream} takes purchases again")]
    private static partial void LogBack(ILogger logger, string stream);
}
