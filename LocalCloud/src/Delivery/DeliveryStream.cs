using System.Diagnostics;
using System.Text.Json;
using LocalCloud.Delivery.Api;
using LocalCloud.Delivery.Log;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using Microsoft.Extensions.Options;

namespace LocalCloud.Delivery;

/// <summary>What every stream delivers with.</summary>
internal sealed record DeliveryParts(
    IStagingBucket Bucket,
    IWarehouseLoader Warehouse,
    IOptions<DeliveryOptions> Options,
    TimeProvider Time,
    DeliveryMetrics Metrics,
    ILogger<DeliveryStream> Logger
);

/// <summary>A delivery stream: takes records into its log, and delivers the log.</summary>
internal sealed class DeliveryStream : IAsyncDisposable
{
    /// <summary>The file that makes a folder a stream's.</summary>
    public const string DefinitionFile = "stream.json";

    // Appends waiting for the disk are held in memory. Beyond this, clients are told to slow down.
    private const long MostWaitingBytes = 64 * 1024 * 1024;

    private readonly DeliveryParts _parts;
    private readonly DeliveryLog _log;
    private readonly DeliveryLoop _loop;
    private readonly Lock _updating = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _delivering = Task.CompletedTask;

    private DeliveryStream(string folder, StreamDefinition definition, DeliveryParts parts)
    {
        Folder = folder;
        Definition = definition;
        _parts = parts;
        var progress = DeliveryProgress.Load(folder);
        _log = DeliveryLog.Open(
            Path.Combine(folder, "log"),
            progress.DeliveredTo,
            parts.Options.Value.LogSegmentBytes,
            parts.Logger
        );
        _loop = new DeliveryLoop(folder, definition, progress, _log, parts);
    }

    public string Folder { get; }
    public StreamDefinition Definition { get; private set; }
    public DeliveryState State => _loop.State;

    public static DeliveryStream Create(string folder, StreamDefinition definition, DeliveryParts parts)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            ); // the definition holds a password
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        Save(folder, definition);
        return new DeliveryStream(folder, definition, parts);
    }

    /// <exception cref="StartRefusedException">The folder's files are damaged.</exception>
    public static DeliveryStream Open(string folder, DeliveryParts parts)
    {
        var definition = DurableFile.ReadJson(
            Path.Combine(folder, DefinitionFile),
            FirehoseJson.Default.StreamDefinition
        );
        return new DeliveryStream(folder, definition, parts);
    }

    public void Start() => _delivering = Task.Run(() => _loop.RunAsync(_stopping.Token));

    /// <summary>Takes records: those that the log has room for, in order.</summary>
    /// <returns>How many were taken; all of them are on disk.</returns>
    /// <exception cref="AwsException">ServiceUnavailableException: none was taken.</exception>
    public async Task<int> PutAsync(PutBatch batch)
    {
        var waiting = _log.WaitingBytes;
        var room = Math.Min(_parts.Options.Value.MaxLogBytes - _loop.BacklogBytes, MostWaitingBytes) - waiting;
        var (taken, bytes) = batch.Fitting(room);
        if (taken == 0)
            throw new AwsException(PutBatch.Unavailable, PutBatch.SlowDown, 503);
        try
        {
            await _log.AppendAsync(batch.Entries[..bytes], Activity.Current?.Context ?? default);
        }
        catch (IOException error)
        {
            throw new AwsException(PutBatch.Unavailable, error.Message, 503);
        }
        _loop.Wake();
        _parts.Metrics.Acknowledged(Definition.Name, taken);
        return taken;
    }

    /// <summary>Delivers elsewhere from the next attempt on.</summary>
    /// <exception cref="AwsException">ConcurrentModificationException: another version than the given one is current.
    /// InvalidArgumentException.</exception>
    public void Update(string currentVersion, RedshiftDestination update)
    {
        lock (_updating)
        {
            if (currentVersion != FirehoseService.VersionId(Definition))
                throw new AwsException(
                    "ConcurrentModificationException",
                    $"The stream is at version {FirehoseService.VersionId(Definition)}, not {currentVersion}."
                );
            // "If backup is enabled, you can't update the delivery stream to disable it" (RedshiftDestinationUpdate,
            // S3BackupMode).
            if (Definition.Destination.S3BackupMode is "Enabled" && update.S3BackupMode is "Disabled")
                throw new AwsException("InvalidArgumentException", "S3BackupMode is Enabled, and cannot be disabled.");
            var destination = Destination.WithDefaults(Definition.Destination.Over(update));
            var definition = Definition with
            {
                Version = Definition.Version + 1,
                UpdatedAt = _parts.Time.GetUtcNow(),
                Destination = destination,
            };
            _loop.Deliver(definition);
            Save(Folder, definition);
            Definition = definition;
        }
    }

    /// <summary>Stops where it is: what is in the log is delivered after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _delivering;
        await _log.DisposeAsync();
        _stopping.Dispose();
    }

    private static void Save(string folder, StreamDefinition definition) =>
        DurableFile.Replace(
            Path.Combine(folder, DefinitionFile),
            JsonSerializer.SerializeToUtf8Bytes(definition, FirehoseJson.Default.StreamDefinition)
        );
}
