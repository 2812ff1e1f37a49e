using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.Quarantine;

namespace Pos.Tests.Processor.Conformance;

/// <summary>Processes one shard with the real consumer and a scripted function, in virtual time.</summary>
internal sealed class ShardRun : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddMetrics()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ProcessorMetrics>()
        .BuildServiceProvider();
    private CancellationTokenSource _stop = new();
    private CancellationTokenSource _abort = new();
    private int _takes;

    private readonly MeterListener _meters = new();
    private readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);

    public ShardRun()
    {
        Stream = new(Time);
        // Ignore meters of other tests.
        var own = _services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == own)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => _counted[instrument.Name] = _counted.GetValueOrDefault(instrument.Name) + value
        );
        _meters.Start();
    }

    public VirtualTime Time { get; } = new(Samples.Arrival);
    public ScriptedStream Stream { get; }
    public InMemoryLeases Leases { get; } = new();
    public LogLines Log { get; } = new();
    public EventSourceMappingOptions Options { get; set; } =
        new() { FunctionResponseTypes = [FunctionResponseType.ReportBatchItemFailures] };
    public ShardStatus Status { get; private set; } = null!;

    /// <summary>Script of the function: returns a response or throws.</summary>
    public Func<IReadOnlyList<StreamRecord>, BatchResponse> Function { get; set; } = _ => BatchResponse.Success;

    /// <summary>Duration of each call.</summary>
    public TimeSpan CallTakes { get; set; }

    /// <summary>
    /// Called before each delivery to the on-failure destination. Returns the error to fail with, or null.
    /// </summary>
    public Func<Exception?> DestinationFails { get; set; } = () => null;

    /// <summary>
    /// Sequence numbers of the records of each call, as <c>1-3</c> if they are consecutive.
    /// </summary>
    public List<string> Calls { get; } = [];

    /// <summary>Times of the calls, in seconds after the start.</summary>
    public List<double> CalledAt { get; } = [];

    /// <summary>Records that the on-failure destination received.</summary>
    public List<(StreamRecord Record, string Reason)> Discarded { get; } = [];

    /// <summary>Records of successful calls, in order.</summary>
    public List<string> Processed { get; } = [];

    /// <summary>Stored checkpoints, in order.</summary>
    public IEnumerable<string> Checkpoints =>
        Leases
            .Stored.Select(progress => progress.Checkpoint)
            .Where((checkpoint, i) => i == 0 ? checkpoint != Start : checkpoint != Leases.Stored[i - 1].Checkpoint);

    /// <summary>Creates a response with these failures.</summary>
    public static BatchResponse Failed(params string?[] identifiers) =>
        new([.. identifiers.Select(identifier => new BatchItemFailure(identifier))]);

    /// <summary>Parses a response as a function sends it.</summary>
    public static BatchResponse Response(string json) =>
        JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(json), LambdaJsonContext.Default.BatchResponse)!;

    /// <summary>Closes the shard and processes it to its end.</summary>
    public void ToEnd()
    {
        Stream.Close();
        Run();
    }

    /// <summary>Processes the shard until it ends, or the script stops it.</summary>
    public void Run() =>
        Time.Run(async () =>
        {
            await Leases.AddAsync(new(ScriptedStream.FirstShard, Start, null, 0, []), CancellationToken.None);
            var lease = await Leases.TryTakeAsync(
                Leases[ScriptedStream.FirstShard],
                $"owner {++_takes}",
                CancellationToken.None
            );
            var consumer = new ShardConsumer(
                new(Stream, Leases, new ScriptedHandler(CallAsync, DiscardAsync)),
                lease!,
                new(Options, Time, _services.GetRequiredService<ProcessorMetrics>(), Log.CreateLogger("shard"))
            );
            Status = consumer.Status;
            try
            {
                await consumer.RunAsync(_stop.Token, _abort.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                (_stop, _abort) = (new(), new());
            }
        });

    /// <summary>Starting position of a shard without a checkpoint.</summary>
    public string Start { get; set; } = Checkpoint.TrimHorizon;

    /// <summary>Stops the processor gracefully.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Crashes the processor.</summary>
    public void Crash()
    {
        _stop.Cancel();
        _abort.Cancel();
    }

    /// <summary>Returns the value of one of the processor's counters.</summary>
    public long Counted(string instrument) => _counted.GetValueOrDefault(instrument);

    public void Dispose()
    {
        _meters.Dispose();
        _stop.Dispose();
        _abort.Dispose();
        Log.Dispose();
        _services.Dispose();
    }

    private async Task<BatchResponse> CallAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        Calls.Add(Text(batch));
        CalledAt.Add(Time.Passed.TotalSeconds);
        if (CallTakes > TimeSpan.Zero)
            await Task.Delay(CallTakes, Time, cancellationToken);
        var response = Function(batch);
        cancellationToken.ThrowIfCancellationRequested();
        if (response?.BatchItemFailures is null or [])
            Processed.AddRange(batch.Select(record => record.SequenceNumber));
        return response!;
    }

    private Task DiscardAsync(
        StreamRecord record,
        QuarantineReason reason,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        if (DestinationFails() is { } failure)
            return Task.FromException(failure);
        Discarded.Add((record, reason.ToString()));
        return Task.CompletedTask;
    }

    private static string Text(IReadOnlyList<StreamRecord> batch)
    {
        var numbers = batch.Select(record => int.Parse(record.SequenceNumber, CultureInfo.InvariantCulture)).ToArray();
        return numbers[^1] - numbers[0] == numbers.Length - 1
            ? $"{numbers[0]}-{numbers[^1]}"
            : string.Join(',', numbers);
    }
}
