using System.Globalization;
using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Buckets and objects on disk. An acknowledged write survives <c>kill -9</c> and a power failure. Readers see either
/// an object's old or its new version, never a mixture. Errors are S3's, as <see cref="AwsException"/>.
/// </summary>
internal sealed partial class ObjectStore : IDisposable
{
    private const int MaxKeyBytes = 1024; // S3's limit.
    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private readonly TimeProvider _time;
    private readonly Journal _journal;
    private readonly FlushThreads _flushThreads;
    private readonly CommitLoop _commits;
    private readonly OrphanSweep _sweep;
    private readonly PackCompaction _compaction;

    /// <param name="folder">The data folder, created if missing. Only one process may use it.</param>
    public ObjectStore(string folder, TimeProvider time, ILogger<ObjectStore> logger)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        Files = new DataFiles(Path.Combine(folder, "data"));
        _journal = Journal.Open(Path.Combine(folder, "journal"), entry => Catalog.Apply(entry, unreferenced: null));
        if (_journal.Damages.Count > 0)
        {
            Catalog.Damage = string.Join(", ", _journal.Damages);
            LogDamaged(logger, Catalog.Damage);
        }
        _flushThreads = new FlushThreads();
        _sweep = new OrphanSweep(Catalog, Files, logger);
        _compaction = new PackCompaction(this, logger);
        _commits = new CommitLoop(Catalog, _journal, Files, _compaction, logger);
        _compaction.Start();
    }

    public Catalog Catalog { get; } = new();
    public DataFiles Files { get; }

    public IReadOnlyList<Bucket> ListBuckets()
    {
        lock (Catalog.Gate)
        {
            Catalog.ThrowIfDamaged();
            return [.. Catalog.Buckets.Values];
        }
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public void CheckBucket(string bucket)
    {
        lock (Catalog.Gate)
            Catalog.GetBucket(bucket);
    }

    /// <summary>Returns the object's entry, or null if there is none.</summary>
    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public ObjectEntry? Find(string bucket, byte[] key)
    {
        lock (Catalog.Gate)
            return Catalog.Find(Catalog.GetBucket(bucket), key);
    }

    /// <summary>Creates a bucket. Returns false if it exists already.</summary>
    /// <exception cref="AwsException">InvalidBucketName.</exception>
    public async Task<bool> CreateBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        BucketName.Check(bucket);
        var created = false;
        await CommitAsync(
            null,
            null,
            catalog =>
            {
                created = !catalog.Buckets.ContainsKey(bucket);
                return created
                    ? [new JournalEntry.BucketCreated(catalog.NextBucketNumber, bucket, _time.GetUtcNow())]
                    : [];
            },
            cancellationToken
        );
        return created;
    }

    /// <exception cref="AwsException">NoSuchBucket, BucketNotEmpty.</exception>
    public Task DeleteBucketAsync(string bucket, CancellationToken cancellationToken) =>
        CommitAsync(
            null,
            null,
            catalog =>
            {
                var deleted = catalog.GetBucket(bucket);
                if (deleted.Objects.Count > 0)
                    throw S3Errors.BucketNotEmpty();
                var uploads = catalog
                    .Uploads.Values.Where(upload => upload.Bucket == deleted)
                    .Select(upload => new JournalEntry.UploadEnded(upload.Id, []));
                return [.. uploads, new JournalEntry.BucketDeleted(deleted.Number)];
            },
            cancellationToken
        );

    /// <summary>Puts content that is in memory. Returns when it is on disk.</summary>
    /// <exception cref="AwsException">NoSuchBucket, KeyTooLongError, PreconditionFailed.</exception>
    public async Task<ObjectEntry> PutAsync(
        string bucket,
        string key,
        ReadOnlyMemory<byte> content,
        ObjectAttributes? attributes = null,
        WriteCondition? condition = null,
        CancellationToken cancellationToken = default
    )
    {
        using var staged = Stage();
        await staged.WriteAsync(content, cancellationToken);
        return await PutAsync(
            bucket,
            Key(key),
            staged,
            attributes ?? ObjectAttributes.None,
            condition,
            cancellationToken
        );
    }

    /// <summary>Puts a stream's content, at most 5 GiB, in limited memory.</summary>
    /// <exception cref="AwsException">NoSuchBucket, KeyTooLongError, EntityTooLarge, PreconditionFailed.</exception>
    public async Task<ObjectEntry> PutAsync(
        string bucket,
        string key,
        Stream content,
        ObjectAttributes? attributes = null,
        WriteCondition? condition = null,
        CancellationToken cancellationToken = default
    )
    {
        using var staged = Stage();
        var chunk = new byte[64 * 1024];
        while (await content.ReadAsync(chunk, cancellationToken) is > 0 and var read)
            await staged.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        return await PutAsync(
            bucket,
            Key(key),
            staged,
            attributes ?? ObjectAttributes.None,
            condition,
            cancellationToken
        );
    }

    /// <summary>Returns an object to write content to, before it is put. Disposing it discards the content.</summary>
    public StagedObject Stage() => new(this);

    /// <summary>Puts staged content if the condition is true when the write takes effect.</summary>
    public async Task<ObjectEntry> PutAsync(
        string bucket,
        byte[] key,
        StagedObject staged,
        ObjectAttributes attributes,
        WriteCondition? condition,
        CancellationToken cancellationToken
    )
    {
        CheckPut(bucket, key, condition); // Before the flush, so that a rejected put needs no disk access.
        await staged.SealForPackAsync(attributes);
        var entry = new ObjectEntry
        {
            Key = key,
            FileId = staged.FileId,
            Size = staged.Length,
            LastModified = _time.GetUtcNow(),
            Md5 = staged.EndContent(),
        };
        await CommitAsync(
            GetScope(bucket, key),
            staged,
            catalog =>
            {
                var target = catalog.GetBucket(bucket);
                condition?.Check(catalog.Find(target, key));
                return [new JournalEntry.ObjectPut(target.Number, staged.Packed?.WithLocation(entry) ?? entry)];
            },
            cancellationToken
        );
        return entry;
    }

    /// <summary>
    /// Throws the error that a put would have now. The result may differ when the put takes effect.
    /// </summary>
    public void CheckPut(string bucket, byte[] key, WriteCondition? condition)
    {
        if (key.Length is 0 or > MaxKeyBytes)
            throw S3Errors.KeyTooLong();
        lock (Catalog.Gate)
        {
            var target = Catalog.GetBucket(bucket);
            condition?.Check(Catalog.Find(target, key));
        }
    }

    public ObjectReader? OpenRead(string bucket, string key) => OpenRead(bucket, Key(key));

    /// <summary>Opens an object. Returns null if there is none.</summary>
    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public ObjectReader? OpenRead(string bucket, byte[] key)
    {
        var failed = -1L;
        while (true)
        {
            if (Find(bucket, key) is not { } entry)
                return null;
            try
            {
                return ObjectReader.Open(bucket, entry, Files);
            }
            catch (IOException) when (entry.FileId != failed)
            {
                // The object was replaced or deleted after the look-up. Look it up again.
                failed = entry.FileId;
            }
        }
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public ListPage List(string bucket, ListQuery query)
    {
        lock (Catalog.Gate)
        {
            Catalog.ThrowIfDamaged();
            return ListPage.Create(Catalog.GetBucket(bucket).Objects, query);
        }
    }

    /// <summary>Deletes an object. Returns false if there was none.</summary>
    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public async Task<bool> DeleteAsync(string bucket, string key, CancellationToken cancellationToken) =>
        await DeleteAsync(bucket, [Key(key)], cancellationToken) > 0;

    /// <summary>Deletes objects in one commit. Returns the number of objects that existed.</summary>
    public async Task<int> DeleteAsync(
        string bucket,
        IReadOnlyCollection<byte[]> keys,
        CancellationToken cancellationToken
    )
    {
        var deleted = 0;
        await CommitAsync(
            keys.Count == 1 ? GetScope(bucket, keys.First()) : null,
            null,
            catalog =>
            {
                var target = catalog.GetBucket(bucket);
                JournalEntry[] entries =
                [
                    .. keys.Where(key => target.Objects.Find(key) is not null)
                        .Select(key => new JournalEntry.ObjectDeleted(target.Number, key)),
                ];
                deleted = entries.Length;
                return entries;
            },
            cancellationToken
        );
        return deleted;
    }

    /// <summary>Deletes an object if it meets the condition.</summary>
    /// <exception cref="AwsException">NoSuchBucket, NoSuchKey, PreconditionFailed.</exception>
    public Task DeleteAsync(string bucket, byte[] key, WriteCondition condition, CancellationToken cancellationToken) =>
        CommitAsync(
            GetScope(bucket, key),
            null,
            catalog =>
            {
                var target = catalog.GetBucket(bucket);
                condition.Check(catalog.Find(target, key));
                return [new JournalEntry.ObjectDeleted(target.Number, key)];
            },
            cancellationToken
        );

    public static byte[] Key(string key)
    {
        try
        {
            return s_strictUtf8.GetBytes(key);
        }
        catch (EncoderFallbackException)
        {
            throw S3Errors.InvalidUri(); // An unpaired surrogate.
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        _compaction.Dispose();
        _commits.Dispose();
        _flushThreads.Dispose();
        _journal.Dispose();
    }

    /// <summary>Flushes a new file and its folder entry concurrently.</summary>
    internal Task FlushAsync(SafeFileHandle file, long fileId) =>
        Task.WhenAll(
            _flushThreads.RunAsync(() => RandomAccess.FlushToDisk(file)),
            _flushThreads.RunAsync(() => FolderSync.Flush(Files.FolderPath(fileId)))
        );

    /// <summary>Moves a packed object to the newest pack unless it has changed since it was read.</summary>
    internal Task MoveAsync(string bucket, ObjectEntry entry, PackedContent content) =>
        _commits.CommitAsync(
            new CatalogChange(GetScope(bucket, entry.Key), content, catalog =>
                catalog.Buckets.TryGetValue(bucket, out var target)
                && target.Objects.Find(entry.Key) is { } current
                && (current.FileId, current.Offset) == (entry.FileId, entry.Offset)
                    ? [new JournalEntry.ObjectPut(target.Number, content.WithLocation(entry))]
                    : []
            )
        );

    private static string GetScope(string bucket, byte[] key) =>
        string.Create(CultureInfo.InvariantCulture, $"{bucket}/{Encoding.UTF8.GetString(key)}");

    /// <summary>
    /// Commits a change with its staged file. Returns when it is on disk and visible. A queued change cannot be
    /// cancelled.
    /// </summary>
    internal async Task CommitAsync(
        string? scope,
        StagedObject? staged,
        Func<Catalog, IReadOnlyList<JournalEntry>> decide,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _commits.CommitAsync(new CatalogChange(scope, staged?.Packed, decide));
            staged?.MarkReferenced();
        }
        catch (IOException)
        {
            staged?.MarkReferenced(); // The journal may reference the file. If not, the next start deletes it.
            throw;
        }
    }

    [LoggerMessage(
        13,
        LogLevel.Error,
        "The object journal is damaged: {Where}. Known objects are served; lists and requests for other objects fail, "
            + "because entries are missing. No data file is deleted. Restore the journal and restart LocalCloud"
    )]
    private static partial void LogDamaged(ILogger logger, string where);
}
