using System.Threading.Channels;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Extensions.Options;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;

namespace Pos.Ingest.Stream;

/// <summary>
/// Appends purchases to the stream by group commit: concurrent requests share PutRecords calls, and each waits for its
/// own purchases. One loop owns all state; requests, responses and the timer send it events. It has no work while no
/// request waits, so AWS Lambda may freeze it between requests.
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

    // Unbounded, because IngestOptions.MaxBytesWaiting and StreamOptions.CallsInFlight limit the number of events.
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

    /// <summary>Number of PutRecords calls in flight.</summary>
    public int CallsInFlight => Volatile.Read(ref _callsInFlight);

    /// <summary>Reason of the last call's failure; null if it succeeded.</summary>
    public string? Outage => _outage;

    private TimeSpan Now => _time.GetElapsedTime(_started);

    /// <summary>
    /// Appends purchases and waits until each is acknowledged or has failed: at most
    /// <see cref="StreamOptions.AcknowledgeTimeout"/> plus one call. Cannot be cancelled, because records in flight may
    /// reach the stream.
    /// </summary>
    /// <param name="purchases">One or more. Those with the same id are written in this order.</param>
    /// <returns>For each purchase, true if it is in the stream. False if it is not, or if that is unknown.</returns>
    public Task<bool[]> AppendAsync(IReadOnlyList<StreamPurchase> purchases)
    {
        var request = new PendingRequest(purchases.Count, Now + _options.AcknowledgeTimeout);
        var pending = new PendingPurchase[purchases.Count];
        for (var i = 0; i < pending.Length; i++)
            pending[i] = new PendingPurchase(
                request,
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
        // The loop accepts no more events while the service stops.
        return isTaken ? request.Completion : Task.FromResult(new bool[purchases.Count]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = NoTrace.Begin();
        try
        {
            while (await _events.Reader.WaitToReadAsync(stoppingToken))
            {
                while (_events.Reader.TryRead(out var handleEvent))
                    handleEvent();
                SendDuePurchases();
                Volatile.Write(ref _waiting, _queue.Waiting);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _events.Writer.Complete();
            while (_events.Reader.TryRead(out var handleEvent))
                handleEvent();
            _queue.FailAll();
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    private void SendDuePurchases()
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

    // Round up to whole milliseconds: a timer that fires early would find nothing due.
    private void WakeAt(TimeSpan due, TimeSpan now) =>
        _timer.Change(
            TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((due - now).TotalMilliseconds))),
            Timeout.InfiniteTimeSpan
        );

    private async Task SendAsync(IReadOnlyList<StreamRecord> flush)
    {
        using var trace = SendTrace.Start(_name, flush);
        var started = _time.GetTimestamp();
        PutRecordsResponse? response = null;
        Exception? failure = null;
        try
        {
            using var timeout = new CancellationTokenSource(_options.CallTimeout, _time);
            var request = new PutRecordsRequest
            {
                StreamName = _name,
                Records = [.. flush.Select(record => record.ToEntry())],
            };
            response = await _kinesis.PutRecordsAsync(request, timeout.Token);
        }
        catch (Exception error) // After any error, no record of this call counts as acknowledged.
        {
            failure = error;
            trace?.SetFailure(error);
        }
        _metrics.RecordFlush(flush, _time.GetElapsedTime(started), response is not null);
        _events.Writer.TryWrite(() =>
        {
            LogOutage("PutRecords", failure);
            Finish(flush, response);
        });
    }

    private void Finish(IReadOnlyList<StreamRecord> flush, PutRecordsResponse? response)
    {
        var now = Now;
        _callsInFlight--;
        var entries = response?.Records is { } records && records.Count == flush.Count ? records : null;
        var shardsChanged = entries is null;
        for (var i = 0; i < flush.Count; i++)
        {
            if (entries is not null && string.IsNullOrEmpty(entries[i].ErrorCode))
            {
                shardsChanged |= entries[i].ShardId != flush[i].ShardId;
                _queue.Acknowledge(flush[i]);
                _metrics.AddAcknowledged();
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
            _metrics.AddRepeated(entries?[i].ErrorCode);
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
        catch (Exception error) // The loop retries after the pause, as long as purchases wait.
        {
            failure = error;
        }
        _events.Writer.TryWrite(() =>
        {
            if (failure is not null)
                LogOutage("ListShards", failure);
            _listingShards = false;
            if (shards is null)
                return;
            _shards = shards;
            _shardsDue = Now + _options.ShardMapInterval;
        });
    }

    // Calls fail many times a second during an outage. Log only its start, changes of its reason, and its end.
    private void LogOutage(string call, Exception? failure)
    {
        var reason = failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
        if (reason == _outage)
            return;
        _outage = reason;
        if (reason is null)
            LogRecovered(_logger, _name);
        else
            LogUnavailable(_logger, _name, call, reason);
    }

    [LoggerMessage(
        10,
        LogLevel.Warning,
        "Stream {Stream} unavailable; retrying queued purchases. {Call} failed: {Reason}"
    )]
    private static partial void LogUnavailable(ILogger logger, string stream, string call, string reason);

    [LoggerMessage(
        12,
        LogLevel.Debug,
        "Appended record {SequenceNumber} to shard {ShardId}: {Purchases} purchases, the first is {PurchaseId}"
    )]
    private static partial void LogAppended(
        ILogger logger,
        int purchases,
        string purchaseId,
        string shardId,
        string sequenceNumber
    );

    [LoggerMessage(11, LogLevel.Information, "Stream {Stream} is available again")]
    private static partial void LogRecovered(ILogger logger, string stream);
}
