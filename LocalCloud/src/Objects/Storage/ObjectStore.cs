using System.Globalization;
using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Buckets and objects on disk. A write is acknowledged when it survives <c>kill -9</c> and a power cut; readers see an
/// object's old or its new version, never part of one. Errors are S3's, as <see cref="AwsException"/>.
/// </summary>
internal sealed partial class ObjectStore : IDisposable
{
    private const int LongestKey = 1024; // bytes, S3's limit
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

    /// <param name="folder">Made when missing; one process at a time has it.</param>
    public ObjectStore(string folder, TimeProvider time, ILogger<ObjectStore> logger)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        Files = new DataFiles(Path.Combine(folder, "data"));
        _journal = Journal.Open(Path.Combine(folder, "journal"), entry => Catalog.Apply(entry, garbage: null));
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
            Catalog.CheckWhole();
            return [.. Catalog.Buckets.Values];
        }
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public void CheckBucket(string bucket)
    {
        lock (Catalog.Gate)
            Catalog.Bucket(bucket);
    }

    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public ObjectEntry? Find(string bucket, byte[] key)
    {
        lock (Catalog.Gate)
            return Catalog.Find(Catalog.Bucket(bucket), key);
    }

    /// <returns>False when it was there already.</returns>
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
                var deleted = catalog.Bucket(bucket);
                if (deleted.Objects.Count > 0)
                    throw S3Errors.BucketNotEmpty();
                var uploads = catalog
                    .Uploads.Values.Where(upload => upload.Bucket == deleted)
                    .Select(upload => new JournalEntry.UploadEnded(upload.Id, []));
                return [.. uploads, new JournalEntry.BucketDeleted(deleted.Number)];
            },
            cancellationToken
        );

    /// <summary>Puts content that is in memory, whole and durable when this returns.</summary>
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

    /// <summary>Puts what the stream yields to its end, at most 5 GiB, in bounded memory.</summary>
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

    /// <summary>Content to be written piece by piece, then put, or dropped by disposing it.</summary>
    public StagedObject Stage() => new(this);

    /// <summary>Makes staged content the object's, when the condition holds at that moment.</summary>
    public async Task<ObjectEntry> PutAsync(
        string bucket,
        byte[] key,
        StagedObject staged,
        ObjectAttributes attributes,
        WriteCondition? condition,
        CancellationToken cancellationToken
    )
    {
        CheckPut(bucket, key, condition); // before the flush: a put that cannot succeed costs no disk time
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
            Scope(bucket, key),
            staged,
            catalog =>
            {
                var target = catalog.Bucket(bucket);
                condition?.Check(catalog.Find(target, key));
                return [new JournalEntry.ObjectPut(target.Number, staged.Packed?.Place(entry) ?? entry)];
            },
            cancellationToken
        );
        return entry;
    }

    /// <summary>Fails as a put would now. It may still fail, or come through, when it takes effect.</summary>
    public void CheckPut(string bucket, byte[] key, WriteCondition? condition)
    {
        if (key.Length is 0 or > LongestKey)
            throw S3Errors.KeyTooLong();
        lock (Catalog.Gate)
        {
            var target = Catalog.Bucket(bucket);
            condition?.Check(Catalog.Find(target, key));
        }
    }

    public ObjectReader? OpenRead(string bucket, string key) => OpenRead(bucket, Key(key));

    /// <returns>Null when there is no such object.</returns>
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
                // replaced or deleted between the look-up and here: then the catalog has another answer now
                failed = entry.FileId;
            }
        }
    }

    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public ListPage List(string bucket, ListQuery query)
    {
        lock (Catalog.Gate)
        {
            Catalog.CheckWhole();
            return ListPage.Of(Catalog.Bucket(bucket).Objects, query);
        }
    }

    /// <returns>False when there was no such object.</returns>
    /// <exception cref="AwsException">NoSuchBucket.</exception>
    public async Task<bool> DeleteAsync(string bucket, string key, CancellationToken cancellationToken) =>
        await DeleteAsync(bucket, [Key(key)], cancellationToken) > 0;

    /// <summary>Deletes all of these in one commit.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAsync(
        string bucket,
        IReadOnlyCollection<byte[]> keys,
        CancellationToken cancellationToken
    )
    {
        var deleted = 0;
        await CommitAsync(
            keys.Count == 1 ? Scope(bucket, keys.First()) : null,
            null,
            catalog =>
            {
                var target = catalog.Bucket(bucket);
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

    /// <summary>Deletes one object if the condition holds of it.</summary>
    /// <exception cref="AwsException">NoSuchBucket, NoSuchKey, PreconditionFailed.</exception>
    public Task DeleteAsync(string bucket, byte[] key, WriteCondition condition, CancellationToken cancellationToken) =>
        CommitAsync(
            Scope(bucket, key),
            null,
            catalog =>
            {
                var target = catalog.Bucket(bucket);
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
            throw S3Errors.InvalidUri(); // half a surrogate pair
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

    /// <summary>Puts a new file on disk, and its name: side by side, since neither waits for the other.</summary>
    internal Task FlushAsync(SafeFileHandle file, long fileId) =>
        Task.WhenAll(
            _flushThreads.RunAsync(() => RandomAccess.FlushToDisk(file)),
            _flushThreads.RunAsync(() => FolderSync.Flush(Files.FolderPath(fileId)))
        );

    /// <summary>Has a packed object stand in the newest pack, if it is still the version that was read.</summary>
    internal Task MoveAsync(string bucket, ObjectEntry entry, PackedContent content) =>
        _commits.CommitAsync(
            new Change(Scope(bucket, entry.Key), content, catalog =>
                catalog.Buckets.TryGetValue(bucket, out var target)
                && target.Objects.Find(entry.Key) is { } current
                && (current.FileId, current.Offset) == (entry.FileId, entry.Offset)
                    ? [new JournalEntry.ObjectPut(target.Number, content.Place(entry))]
                    : []
            )
        );

    private static string Scope(string bucket, byte[] key) =>
        string.Create(CultureInfo.InvariantCulture, $"{bucket}/{Encoding.UTF8.GetString(key)}");

    /// <summary>
    /// Has a change decided, made durable and seen, with the staged file that it names. Once handed over it is not
    /// taken back.
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
            await _commits.CommitAsync(new Change(scope, staged?.Packed, decide));
            staged?.Keep();
        }
        catch (IOException)
        {
            staged?.Keep(); // the journal may name it or not; the next start knows, and sweeps
            throw;
        }
    }

    [LoggerMessage(
        13,
        LogLevel.Error,
        "The journal of objects is damaged: {Where}. What stands elsewhere is served; what cannot be found, and lists, are answered by an error, since more may have been there. Nothing is deleted. Restore the file"
    )]
    private static partial void LogDamaged(ILogger logger, string where);
}
