using System.Collections.Concurrent;
using LocalCloud.Delivery.Api;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using Microsoft.Extensions.Options;

namespace LocalCloud.Delivery;

/// <summary>All delivery streams by name. They are opened before the port and closed after it.</summary>
internal sealed partial class DeliveryStreams(
    DataFolder dataFolder,
    IOptions<LocalCloudOptions> cloud,
    DeliveryServices services
) : IHostedService, IDisposable
{
    private readonly string _root = Path.Combine(dataFolder.FullPath, "delivery");
    private readonly ConcurrentDictionary<string, DeliveryStream> _streams = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1);

    public IEnumerable<DeliveryStream> All =>
        _streams.Values.OrderBy(stream => stream.Definition.Name, StringComparer.Ordinal);

    public string GetArn(string name) =>
        $"arn:aws:firehose:{cloud.Value.Region}:{cloud.Value.AccountId}:deliverystream/{name}";

    /// <exception cref="AwsException">ResourceNotFoundException</exception>
    public DeliveryStream Get(string name) =>
        _streams.GetValueOrDefault(name)
        ?? throw new AwsException(
            "ResourceNotFoundException",
            $"Firehose {name} under account {cloud.Value.AccountId} not found."
        );

    /// <exception cref="AwsException">ResourceInUseException: a stream of that name exists.
    /// InvalidArgumentException.</exception>
    public async Task CreateAsync(string name, RedshiftDestination destination, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            if (_streams.ContainsKey(name))
                throw new AwsException(
                    "ResourceInUseException",
                    $"Firehose {name} under account {cloud.Value.AccountId} already exists."
                );
            Destination.From(destination);
            // Lower case and a GUID keep "a" and "A" apart on file systems that ignore case, and make "." a valid
            // folder name.
            var folder = Path.Combine(_root, $"{name.ToLowerInvariant()}@{Guid.NewGuid():N}");
            var definition = new StreamDefinition
            {
                Name = name,
                Version = 1,
                CreatedAt = services.Time.GetUtcNow(),
                Destination = destination,
            };
            var stream = DeliveryStream.Create(folder, definition, services);
            _streams[name] = stream;
            stream.Start();
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Deletes a stream with its undelivered records.</summary>
    /// <exception cref="AwsException">ResourceNotFoundException</exception>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        try
        {
            var stream = Get(name);
            // Without this file, the next start deletes the folder.
            File.Delete(Path.Combine(stream.Folder, DeliveryStream.DefinitionFile));
            FolderSync.Flush(stream.Folder);
            _streams.TryRemove(name, out _);
            LogDeleted(services.Logger, name, stream.State.BacklogBytes);
            await stream.DisposeAsync();
            Directory.Delete(stream.Folder, recursive: true);
        }
        finally
        {
            _changes.Release();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.Metrics.Observe(() => All.Select(stream => stream.State));
        Directory.CreateDirectory(_root);
        foreach (var folder in Directory.GetDirectories(_root))
        {
            if (!File.Exists(Path.Combine(folder, DeliveryStream.DefinitionFile)))
            {
                Directory.Delete(folder, recursive: true); // An unfinished creation or deletion.
                continue;
            }
            var stream = DeliveryStream.Open(folder, services);
            _streams[stream.Definition.Name] = stream;
            LogOpened(services.Logger, stream.Definition.Name, stream.State.BacklogBytes);
        }
        foreach (var stream in _streams.Values)
            stream.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in _streams.Values)
            await stream.DisposeAsync();
        _streams.Clear();
    }

    public void Dispose() => _changes.Dispose();

    [LoggerMessage(321, LogLevel.Information, "Opened delivery stream {Stream} with {Bytes} undelivered bytes")]
    private static partial void LogOpened(ILogger logger, string stream, long bytes);

    [LoggerMessage(322, LogLevel.Warning, "Deleted delivery stream {Stream} with {Bytes} undelivered bytes")]
    private static partial void LogDeleted(ILogger logger, string stream, long bytes);
}
