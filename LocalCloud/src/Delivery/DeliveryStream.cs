using System.Diagnostics;
using System.Text.Json;
using LocalCloud.Delivery.Api;
using LocalCloud.Delivery.Log;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using Microsoft.Extensions.Options;

namespace LocalCloud.Delivery;

/// <summary>Services that all delivery streams share.</summary>
internal sealed record DeliveryServices(
    IStagingBucket Bucket,
    IWarehouseLoader Warehouse,
    IOptions<DeliveryOptions> Options,
    TimeProvider Time,
    DeliveryMetrics Metrics,
    ILogger<DeliveryStream> Logger
);

/// <summary>A delivery stream: appends records to its log and delivers them from there.</summary>
internal sealed class DeliveryStream : IAsyncDisposable
{
    /// <summary>File with the stream's definition. A folder without it is not a stream.</summary>
    public const string DefinitionFile = "stream.json";

    // Limits the memory of appends that wait for the disk. Beyond it, clients have to slow down.
    private const long MaxWaitingBytes = 64 * 1024 * 1024;

    private readonly DeliveryServices _services;
    private readonly DeliveryLog _log;
    private readonly DeliveryLoop _loop;
    private readonly Lock _updating = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _delivering = Task.CompletedTask;

    private DeliveryStream(string folder, StreamDefinition definition, DeliveryServices services)
    {
        Folder = folder;
        Definition = definition;
        _services = services;
        var progress = DeliveryProgress.Load(folder);
        _log = DeliveryLog.Open(
            Path.Combine(folder, "log"),
            progress.DeliveredTo,
            services.Options.Value.LogSegmentBytes,
            services.Logger
        );
        _loop = new DeliveryLoop(folder, definition, progress, _log, services);
    }

    public string Folder { get; }
    public StreamDefinition Definition { get; private set; }
    public DeliveryState State => _loop.State;

    public static DeliveryStream Create(string folder, StreamDefinition definition, DeliveryServices services)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            ); // The definition contains a password.
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        Save(folder, definition);
        return new DeliveryStream(folder, definition, services);
    }

    /// <exception cref="StartRefusedException">The folder's files are damaged.</exception>
    public static DeliveryStream Open(string folder, DeliveryServices services)
    {
        var definition = DurableFile.ReadJson(
            Path.Combine(folder, DefinitionFile),
            FirehoseJson.Default.StreamDefinition
        );
        return new DeliveryStream(folder, definition, services);
    }

    public void Start() => _delivering = Task.Run(() => _loop.RunAsync(_stopping.Token));

    /// <summary>
    /// Appends as many of the first records as the log has capacity for. Returns their number when they are on disk.
    /// </summary>
    /// <exception cref="AwsException">ServiceUnavailableException: no record was accepted.</exception>
    public async Task<int> PutAsync(PutBatch batch)
    {
        var waiting = _log.WaitingBytes;
        var capacity = Math.Min(_services.Options.Value.MaxLogBytes - _loop.BacklogBytes, MaxWaitingBytes) - waiting;
        var (accepted, bytes) = batch.GetPrefix(capacity);
        if (accepted == 0)
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
        _services.Metrics.Acknowledged(Definition.Name, accepted);
        return accepted;
    }

    /// <summary>Updates the destination, which the next attempt uses.</summary>
    /// <exception cref="AwsException">ConcurrentModificationException: the given version is not the current one.
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
                throw new AwsException("InvalidArgumentException", "S3BackupMode is Enabled and cannot be disabled.");
            var destination = Destination.WithDefaults(Definition.Destination.WithUpdate(update));
            var definition = Definition with
            {
                Version = Definition.Version + 1,
                UpdatedAt = _services.Time.GetUtcNow(),
                Destination = destination,
            };
            _loop.SetDestination(definition);
            Save(Folder, definition);
            Definition = definition;
        }
    }

    /// <summary>Stops delivery. The next start continues with the records in the log.</summary>
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
