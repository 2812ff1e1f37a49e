using System.Collections.Concurrent;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using LocalCloud.Streams.Storage;
using Microsoft.Extensions.Options;

namespace LocalCloud.Streams;

/// <summary>All streams by name. They are opened before the port and closed after it.</summary>
internal sealed partial class StreamStore(
    DataFolder dataFolder,
    IOptions<LocalCloudOptions> cloud,
    IOptions<StreamsOptions> options,
    ILogFiles files,
    TimeProvider time,
    ILogger<StreamStore> logger
) : BackgroundService
{
    private const string DeletedSuffix = ".deleted";

    private readonly string _root = Path.Combine(dataFolder.FullPath, "streams");
    private readonly ConcurrentDictionary<string, DataStream> _streams = new(StringComparer.Ordinal);
    private readonly Lock _changes = new();
    private readonly Dictionary<string, UnreadableStream> _unreadable = new(StringComparer.Ordinal);
    private long _lastCreated;

    public IEnumerable<DataStream> All => _streams.Values;
    public IEnumerable<string> Names => _streams.Keys.Order(StringComparer.Ordinal);

    /// <summary>Streams with damaged state. Only their folders are known. Other streams are not affected.</summary>
    public IReadOnlyList<UnreadableStream> Unreadable => [.. _unreadable.Values];

    public string GetArn(string name) => $"arn:aws:kinesis:{cloud.Value.Region}:{cloud.Value.AccountId}:stream/{name}";

    public DataStream? TryGet(string name) => _streams.GetValueOrDefault(name);

    /// <exception cref="AwsException">ResourceNotFoundException</exception>
    public DataStream Get(string name)
    {
        if (TryGet(name) is { } stream)
            return stream;
        ThrowIfUnreadable(name);
        throw new AwsException(
            "ResourceNotFoundException",
            $"Stream {name} under account {cloud.Value.AccountId} not found."
        );
    }

    /// <exception cref="AwsException">ResourceNotFoundException</exception>
    public Shard GetShard(DataStream stream, string id) =>
        (Shard.TryParseId(id, out var number) ? stream.State.Find(number) : null)
        ?? throw new AwsException(
            "ResourceNotFoundException",
            $"Could not find shard {id} in stream {stream.State.Name} under account {cloud.Value.AccountId}."
        );

    /// <exception cref="AwsException">ResourceInUseException: a stream of that name exists.</exception>
    public void Create(string name, int shardCount, bool onDemand, IReadOnlyDictionary<string, string?>? tags)
    {
        ThrowIfUnreadable(name);
        lock (_changes)
        {
            if (_streams.ContainsKey(name))
                throw new AwsException(
                    "ResourceInUseException",
                    $"Stream {name} under account {cloud.Value.AccountId} already exists."
                );
            var created = _lastCreated = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), _lastCreated + 1);
            var state = new StreamState
            {
                Name = name,
                Created = created,
                OnDemand = onDemand,
                Shards = Resharding.CreateInitial(shardCount, created),
                Tags = tags?.ToDictionary(tag => tag.Key, tag => tag.Value!) ?? [],
            };
            // Lower case and the creation time keep "a" and "A" apart on file systems that ignore case, and make "." a
            // valid folder name.
            var folder = Path.Combine(_root, $"{name.ToLowerInvariant()}@{created}");
            _streams[name] = DataStream.Create(folder, state, files, options.Value, time, logger);
        }
    }

    /// <exception cref="AwsException">ResourceNotFoundException</exception>
    public void Delete(string name)
    {
        lock (_changes)
        {
            var stream = Get(name);
            _streams.TryRemove(name, out _);
            stream.Dispose();
            Directory.Move(stream.Folder, stream.Folder + DeletedSuffix);
            FolderSync.Flush(_root);
            Directory.Delete(stream.Folder + DeletedSuffix, recursive: true);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_root);
        foreach (var folder in Directory.GetDirectories(_root))
        {
            if (folder.EndsWith(DeletedSuffix, StringComparison.Ordinal) || IsUnfinished(folder))
            {
                Directory.Delete(folder, recursive: true);
                continue;
            }
            if (TryOpen(folder) is not { } stream)
                continue;
            _streams[stream.State.Name] = stream;
            _lastCreated = Math.Max(_lastCreated, stream.State.Created);
            LogOpened(logger, stream.State.Name, stream.State.Shards.Count, stream.Log.NextOrdinal);
        }
        await base.StartAsync(cancellationToken);
    }

    private DataStream? TryOpen(string folder)
    {
        try
        {
            return DataStream.Open(folder, files, options.Value, time, logger);
        }
        catch (StateDamagedException error)
        {
            LogUnreadable(logger, folder, error.Message);
            _unreadable[Path.GetFileName(folder).Split('@')[0]] = new UnreadableStream(folder, error.Message);
            return null;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var stream in _streams.Values)
            stream.Dispose();
        _streams.Clear();
    }

    /// <summary>
    /// Rejects calls for an unreadable stream, so that no caller creates it again over the existing data.
    /// </summary>
    private void ThrowIfUnreadable(string name)
    {
        if (_unreadable.TryGetValue(name.ToLowerInvariant(), out var unreadable) && !_streams.ContainsKey(name))
            throw new AwsException("InternalFailure", unreadable.Reason, 500);
    }

    /// <summary>
    /// Returns true for the folder of an unfinished creation. It was never acknowledged and contains no records.
    /// </summary>
    private static bool IsUnfinished(string folder) =>
        !StateFile.Exists(folder)
        && Directory.GetFiles(folder, "*" + LogSegment.Suffix).All(log => new FileInfo(log).Length == 0);

    /// <summary>Drops records past retention at regular intervals.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RetentionInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var stream in _streams.Values)
            {
                try
                {
                    await stream.ApplyRetentionAsync().WaitAsync(stoppingToken);
                }
                catch (AwsException)
                {
                    // The stream is being deleted, or a write failed and was logged. The next round retries.
                }
            }
        }
    }

    [LoggerMessage(114, LogLevel.Error, "Stream in '{Folder}' is unreadable; calls for it fail: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string folder, string reason);

    [LoggerMessage(100, LogLevel.Information, "Opened stream {Stream}: {Shards} shards, next ordinal {NextOrdinal}")]
    private static partial void LogOpened(ILogger logger, string stream, int shards, long nextOrdinal);
}
